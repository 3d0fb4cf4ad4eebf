"""How an image was made: steps, sampler, guidance and their like."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from gallery.search.conditions import Condition, Plain
from gallery.search.keywords import suggestions
from gallery.search.keywords.registry import Context, Keyword
from gallery.search.keywords.texts import between, matching
from gallery.search.language.kinds import Flag, Name, Number, Pattern

GROUP = "How it was made"


def number(
    name: str,
    column: str,
    help_: str,
    examples: tuple[str, ...],
    *,
    aliases: tuple[str, ...] = (),
    is_real: bool = False,
) -> Keyword:
    return Keyword(
        name,
        Number(whole=not is_real, lowest=0),
        help_,
        examples,
        GROUP,
        lambda value, context: Plain(between(column, value, is_real=is_real)),
        aliases,
        lambda context: Plain(Q(**{f"{column}__isnull": False})),
    )


def text(
    name: str, column: str, help_: str, examples: tuple[str, ...], aliases: tuple[str, ...] = ()
) -> Keyword:
    def compile_(value: Pattern, context: Context) -> Condition:
        return Plain(matching(column, value))

    return Keyword(
        name,
        Name(is_whole=True),
        help_,
        examples,
        GROUP,
        compile_,
        aliases,
        lambda context: Plain(~Q(**{column: ""})),
        suggestions.of_column(column),
    )


def flag(clause: Q) -> Callable[[Any, Context], Condition]:
    return lambda value, context: Plain(clause if value else ~clause)


KEYWORDS = (
    number("steps", "steps", "made in so many steps", ("steps:30", "steps:20|25", "steps:20-40"),
           aliases=("step",)),
    text("sampler", "sampler", "made with this sampler", ("sampler:euler", "sampler:dpm*"),
         ("sampler name",)),
    text("scheduler", "scheduler", "made with this scheduler", ("scheduler:karras",),
         ("schedule type",)),
    number("cfg", "cfg_scale", "made with this guidance (CFG scale)", ("cfg:7", "cfg:3.5-5"),
           aliases=("cfg scale", "guidance"), is_real=True),
    number("denoise", "denoise", "made with this denoising strength", ("denoise:<0.6",),
           aliases=("denoising strength", "strength"), is_real=True),
    number("clip_skip", "clip_skip", "made with so many last CLIP layers left out",
           ("clip_skip:2",), aliases=("clip skip",)),
    text("generator", "generator", "made by this program",
         ("generator:comfyui", "generator:forge")),
    Keyword(
        "workflow", Flag(), "that hold a ComfyUI workflow", ("workflow:", "workflow:no"), GROUP,
        flag(Q(workflow__isnull=False)),
        is_there=lambda context: Plain(Q(workflow__isnull=False)),
        choices=("yes", "no"),
    ),
)  # fmt: skip
