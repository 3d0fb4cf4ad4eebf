"""What samples are expected to say: a manifest beside the files, and how an answer is compared.

A manifest is a table `manifest.tsv` with the columns `file`, `generator`, `tier`, `exp_<field>`,
`expectation_source` and `consensus_json`. Tier A is stated by a generator's own tests, B the
writer's literal values, W made by the writer's own calls; C is what independent readers agree on.
Pictures that no generator made have the generator `none`.
"""

import csv
import glob
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gallery.metadata import GenerationParameters, sidecars

FIELDS = ("prompt", "negative", "seed", "steps", "cfg", "sampler", "model", "size")
# Generators that only sign: a picture may be theirs, a prompt is never in it.
_SIGNED_ONLY = frozenset(("c2pa", "other:IPTC-DST"))
_CONTROLS = frozenset(("none", *_SIGNED_ONLY))
_SUFFIX = re.compile(r"\.(safetensors|ckpt|sft|gguf|pth?|bin)\Z", re.I)


@dataclass(frozen=True, slots=True)
class Sample:
    """A file and the fields it must say; `is_control` where it must not say any prompt.

    `is_incomplete` where what it must say is in a sidecar that does not lie beside it.
    """

    path: Path
    name: str
    generator: str
    tier: str
    expected: dict[str, str] = field(default_factory=dict)
    is_control: bool = False
    is_incomplete: bool = False
    sidecars: tuple[Path, ...] = ()


def read(folder: Path) -> list[Sample]:
    """Every row of the manifest in `folder` whose file is there."""
    csv.field_size_limit(2**31 - 1)
    with (folder / "manifest.tsv").open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        samples = [_sample(folder, row) for row in rows]
    return [sample for sample in samples if sample.path.is_file()]


def _sample(folder: Path, row: dict[str, str]) -> Sample:
    tier = row.get("tier", "")
    if tier == "C":
        agreed = json.loads(row["consensus_json"])
        expected = {name: str(agreed[name]) for name in FIELDS if agreed.get(name)}
    else:
        expected = {name: row[f"exp_{name}"] for name in FIELDS if row.get(f"exp_{name}")}
        if row.get("exp_scheduler") and "sampler" in expected:
            expected["sampler"] += f" {row['exp_scheduler']}"
    generator = row.get("generator", "")
    path = folder / row["file"]
    beside = _beside(path)
    return Sample(
        path=path,
        name=row["file"],
        generator=generator,
        tier=tier,
        expected=expected,
        is_control=generator in _CONTROLS and not expected,
        is_incomplete=not beside and "sidecar" in row.get("expectation_source", ""),
        sidecars=beside,
    )


def _beside(path: Path) -> tuple[Path, ...]:
    names = (each.name for each in path.parent.glob(f"{glob.escape(path.stem)}*"))
    return tuple(path.with_name(name) for name in sidecars.belonging(path.name, names))


def verdicts(sample: Sample, made: GenerationParameters | None) -> Iterator[tuple[str, bool, str]]:
    """Each expected field, whether the answer is right, and the answer."""
    for name, expected in sample.expected.items():
        value = "" if made is None else said(made, name)
        yield name, made is not None and is_same(name, value, expected), value


def said(parameters: GenerationParameters, name: str) -> str:
    return _SAID[name](parameters)


def is_same(name: str, value: str, expected: str) -> bool:
    """Equal but for white space, the spelling of a number, a model's folder and ending, and
    whether a sampler's schedule is a word of its own."""
    return _COMPARED.get(name, _same_text)(value, expected)


def _model(parameters: GenerationParameters) -> str:
    named = (use.name for use in parameters.resources if use.kind == "checkpoint")
    return next(named, "")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value}"


_SAID: dict[str, Callable[[GenerationParameters], str]] = {
    "prompt": lambda parameters: parameters.prompt,
    "negative": lambda parameters: parameters.negative_prompt,
    "seed": lambda parameters: _number(parameters.seed),
    "steps": lambda parameters: _number(parameters.steps),
    "cfg": lambda parameters: _number(parameters.cfg_scale),
    "sampler": lambda parameters: f"{parameters.sampler} {parameters.scheduler}".strip(),
    "model": _model,
    "size": lambda parameters: f"{parameters.width}x{parameters.height}",
}


def _same_text(value: str, expected: str) -> bool:
    return _flat(value) == _flat(expected)


def _flat(text: str) -> str:
    """A manifest writes newlines as a backslash and a letter."""
    return " ".join(text.replace("\\r", " ").replace("\\n", " ").split()).strip(", ")


def _same_number(value: str, expected: str) -> bool:
    try:
        if value.isdigit() and expected.isdigit():
            return int(value) == int(expected)
        return float(value) == float(expected)
    except ValueError:
        return False


def _same_sampler(value: str, expected: str) -> bool:
    """`expected` may leave the schedule out, or hold it in any case."""
    value, expected = value.lower(), expected.lower()
    return value == expected or value.rpartition(" ")[0] == expected


def _same_model(value: str, expected: str) -> bool:
    return _stem(value) == _stem(expected)


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name.replace("\\", "/").rstrip("/").rpartition("/")[2]).strip().lower()


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "seed": _same_number,
    "steps": _same_number,
    "cfg": _same_number,
    "sampler": _same_sampler,
    "model": _same_model,
}
