"""InvokeAI's first age: the command line that made the picture, as `Dream`.

The prompt stands in quotes, or ends at the first switch; switches have their value attached or
after a space. `!fix` and `!mask` work on a picture that there is: no generation. Source: the
parser of `ldm/invoke/args.py`; its writer never escapes quotes within the prompt.
"""

import re

from gallery.metadata.parsers.fields import Fields, is_name
from gallery.metadata.parsers.invokeai import prompts
from gallery.metadata.parsers.uses import Uses
from gallery.metadata.parsers.values import clean, number, plain
from gallery.metadata.records import GenerationParameters, SourceReference

_SHORT = {
    "A": "sampler",
    "C": "cfg_scale",
    "D": "out_direction",
    "G": "facetool_strength",
    "H": "height",
    "I": "init_img",
    "M": "init_mask",
    "S": "seed",
    "T": "fit",
    "U": "upscale",
    "V": "with_variations",
    "W": "width",
    "c": "outcrop",
    "cf": "codeformer_fidelity",
    "embiggen": "embiggen",
    "f": "strength",
    "fit": "fit",
    "ft": "facetool",
    "g": "grid",
    "i": "individual",
    "m": "sampler",
    "n": "iterations",
    "o": "outdir",
    "r": "inpaint_replace",
    "s": "steps",
    "save_orig": "save_original",
    "t": "log_tokenization",
    "tm": "text_mask",
    "v": "variation_amount",
    "x": "skip_normalize",
    "z": "png_compression",
}
# The longest first, so that `-fit` is not `-f it`.
_SWITCH = re.compile(
    r"--([A-Za-z_]{2,40})(?:=(.*))?\Z"
    rf"|-({'|'.join(sorted(_SHORT, key=len, reverse=True))})(.*)\Z",
    re.S,
)
_QUOTE_END = re.compile(r'"(?=\s++--?[A-Za-z]|\s*+\Z)')
# Only what a switch may look like: a prompt may have " -word" within.
_FIRST_SWITCH = re.compile(
    r"(?:^|\s)(?=--[a-z_]{3,40}(?:[\s=]|\Z)|-(?:[bsSnWHCfGvrzU]\s?[\d.-]|[Am]\s?[a-z]|[IMV]\s?\S"
    r"|(?:ft|cf|tm|c|D)\s|[xgitT](?:\s|\Z)))"
)
_VARIATION = re.compile(r"(\d{1,20})[,:]\s?([\d.]{1,20})")
_PART_LIMIT = 300
_LIMIT = 4 * 1024 * 1024
_PLACEHOLDER = "<too lazy to implement>"
_NO_FACTS = (
    "fit",
    "fnformat",
    "individual",
    "log_tokenization",
    "outdir",
    "png_compression",
    "save_original",
)
_NAMES = {
    "codeformer_fidelity": "CodeFormer fidelity",
    "embiggen": "Embiggen",
    "facetool": "Face restoration",
    "facetool_strength": "Face restoration strength",
    "gfpgan_strength": "Face restoration strength",
    "hires_fix": "Hires fix",
    "karras_max": "Karras max",
    "outcrop": "Outcrop",
    "seamless": "Tiling",
    "strength": "Strength",
    "text_mask": "Text mask",
    "upscale": "Upscale",
    "variation_amount": "Variation amount",
}


def understand(text: str, reason: str) -> GenerationParameters:
    text = clean(text[:_LIMIT])
    if text.startswith("!") or text == _PLACEHOLDER:
        return _command(text, reason)
    prompt, switches = _divided(text)
    fields = Fields(_options(switches))
    prompt = fields.text("prompt") or prompt
    prompt, negative_prompt = prompts.divided(prompt)
    uses = Uses()
    prompts.add_named(uses, f"{prompt} {negative_prompt}")
    width, height = fields.sides()
    init = fields.left.get("init_img", "")
    mask = fields.text("init_mask")
    fields.drop("init_img", *_NO_FACTS)
    if init and not is_name(init):
        fields.left["Init image"] = "within the metadata"
    sources = [SourceReference("inpaint" if mask else "img2img", init)] if is_name(init) else []
    if is_name(mask):
        sources.append(SourceReference("mask", mask))
    if is_name(color := fields.text("init_color")) and color != init:
        sources.append(SourceReference("reference", color))
    if variations := variations_of(fields.text("with_variations")):
        fields.left["Variations"] = variations
    return GenerationParameters(
        generator="invokeai",
        rule="invokeai",
        reason=reason,
        prompt=prompt,
        negative_prompt=negative_prompt,
        seed=fields.seed("seed"),
        steps=fields.whole("steps"),
        cfg_scale=fields.number("cfg_scale"),
        sampler=fields.text("sampler", "sampler_name"),
        denoise=fields.number("strength") if init else None,
        width=width,
        height=height,
        resources=uses.all(),
        sources=tuple(sources),
        facts=fields.facts(_NAMES),
    )


def _command(text: str, reason: str) -> GenerationParameters:
    """A command on a picture that there is, whose name follows it."""
    words = text[:2000].split(maxsplit=2)
    sources: tuple[SourceReference, ...] = ()
    if text.startswith("!") and len(words) > 1 and is_name(words[1]):
        sources = (SourceReference("reference", words[1]),)
    facts = {"Command": text[:2000]} if text.startswith("!") else {}
    return GenerationParameters(
        generator="invokeai", rule="invokeai", reason=reason, sources=sources, facts=facts
    )


def variations_of(text: str) -> str:
    """`123,0.1;456,0.2` or `123:0.1,456:0.2` for a person."""
    found = _VARIATION.findall(text[:2000])
    return ", ".join(
        f"{seed}:{plain(amount)}"
        for seed, weight in found
        if (amount := number(weight)) is not None
    )


def _divided(text: str) -> tuple[str, str]:
    """The prompt and the switches behind it."""
    if text.startswith('"'):
        end = _QUOTE_END.search(text, 1)
        if end is not None:
            return text[1 : end.start()], text[end.end() :]
        text = text[1:]
    first = _FIRST_SWITCH.search(text)
    if first is None:
        return text, ""
    return text[: first.start()], text[first.end() :]


def _options(switches: str) -> dict[str, str]:
    """Switches by their long name; one without a value is True."""
    options: dict[str, list[str]] = {}
    current: list[str] = []
    for part in switches.split(maxsplit=_PART_LIMIT)[:_PART_LIMIT]:
        if part[:1] != "-" or not part[1:2].replace("-", "a").isalpha():
            current.append(part)
            continue
        match = _SWITCH.match(part)
        if match is None:
            # A switch that nobody knows any more, and its value.
            current = []
            continue
        name = match[1] or _SHORT[match[3]]
        value = match[2] or match[4] or ""
        current = options[name] = [value] if value else []
    return {name: " ".join(parts).strip("\"'") or "True" for name, parts in options.items()}
