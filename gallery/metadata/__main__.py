"""`python -m gallery.metadata FILE ...` prints what files say, which reader found it and why."""

import argparse
import sys
import unicodedata
from dataclasses import fields
from pathlib import Path

from gallery.metadata import FileMetadata, GenerationParameters, ResourceUse, read

_SHOWN = 300
# Fields that have lines of their own.
_OTHERWISE = frozenset(("rule", "reason", "resources", "sources", "facts"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gallery.metadata", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--whole", action="store_true", help="do not shorten long texts")
    options = parser.parse_args(arguments)
    failed = 0
    for path in options.files:
        print(_printable(str(path), whole=True))
        try:
            found = read(path)
        except OSError as error:
            print(f"  cannot be opened: {error.strerror or error}")
            failed = 1
            continue
        for line in _lines(found, whole=options.whole):
            print(f"  {line}")
    return failed


def _lines(found: FileMetadata, *, whole: bool) -> list[str]:
    size = f", {found.width} x {found.height}" if found.width else ""
    lasting = f", {found.duration_ms / 1000:g} s" if found.duration_ms else ""
    lines = [f"format: {found.format}{size}{lasting}"] if found.format else []
    lines += [f"{name}: {_printable(text, whole=True)}" for name, text in found.media]
    lines += [f"problem: {_printable(problem, whole=True)}" for problem in found.all_problems]
    for record in found.records:
        damaged = ", damaged" if record.is_damaged else ""
        about = f"{record.encoding}, byte {record.position}{damaged}"
        key = _printable(record.key, whole=True)
        text = _printable(record.text, whole=whole)
        lines.append(f"record: {record.container} {key} ({about}): {text}")
    lines += _other_lines(found, whole=whole)
    if found.parameters is None:
        return [*lines, "parameters: none found"]
    return lines + _parameter_lines(found.parameters, whole=whole)


def _other_lines(found: FileMetadata, *, whole: bool) -> list[str]:
    said = found.understanding
    lines = [f"workflow: {said.workflow.fingerprint}"] if said.workflow else []
    if said.tags:
        tags = ", ".join(tag.name for tag in said.tags)
        lines.append(f"tags: {_printable(tags, whole=whole)}")
    if said.caption:
        lines.append(f"caption: {_printable(said.caption, whole=whole)}")
    return lines


def _parameter_lines(parameters: GenerationParameters, *, whole: bool) -> list[str]:
    lines = [f"rule: {parameters.rule}, because: {_printable(parameters.reason, whole=True)}"]
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if field.name in _OTHERWISE or value in ("", None):
            continue
        lines.append(f"{field.name}: {_printable(str(value), whole=whole)}")
    lines += [_printable(_resource_line(use), whole=True) for use in parameters.resources]
    for source in parameters.sources:
        lines.append(_printable(f"made from ({source.kind}): {source.name}", whole=True))
    for key, value in parameters.facts.items():
        lines.append(f"fact: {_printable(key, whole=True)}: {_printable(value, whole=whole)}")
    return lines


def _resource_line(use: ResourceUse) -> str:
    weights = [f"{weight:g}" for weight in (use.weight, use.clip_weight) if weight is not None]
    told = [f"weight {', '.join(weights)}" if weights else "", use.hash]
    about = "; ".join(part for part in told if part)
    return f"{use.kind}: {use.name}" + (f" ({about})" if about else "")


def _printable(text: str, *, whole: bool) -> str:
    """One line that no terminal obeys: control and direction characters are written out."""
    cut = text if whole or len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
    encoding = sys.stdout.encoding or "utf-8"
    shown = "".join(
        character if unicodedata.category(character)[0] != "C" else _escaped(character)
        for character in cut
    )
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
