"""The grammar of infotext: prompt, negative prompt, one line of `Key: value` pairs.

Source: `parse_generation_parameters` and `create_infotext` of AUTOMATIC1111's web UI, and what
extensions really write: values quoted as JSON, raw JSON, raw newlines, templates after the line.
Every pattern is linear: quantifiers are possessive and each character is consumed once.
"""

import re
from dataclasses import dataclass

import orjson

from gallery.metadata.parsers.values import clean

# key, colon, value; a bare key has no colon. A quoted value ends at a quote before a comma.
_PAIR = re.compile(
    r'\s*+([^,:]*+)(?:(:)\s*+("(?:[^"\\]++|\\.)*+"(?=\s*+(?:,|\Z))|[^,]*+))?+(?:,|\Z)', re.S
)
_KEY = re.compile(r"\s*+([^,:]*+)(:?)\s*+")
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"\s*+(?=,|\Z)', re.S)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.S)
_JSON_START = re.compile(r'\{\s*+["}]')
_NEGATIVE_LINE = re.compile(r"^[ \t]*+Negative prompt:[ \t]*+", re.M)
_TEMPLATE_LINE = re.compile(r"^(Template|Negative Template):", re.M)
_KNOWN = frozenset(("Steps", "Sampler", "CFG scale", "CFG Scale", "Seed", "Size", "Model"))
_ENOUGH_PAIRS = 3
# Where all line ends became one character: what exiftool prints, what viewers copy.
_FLAT_OPENING = re.compile(r"Steps: ?\d{1,10} ?, ?[A-Z][\w ]{2,30}+:")
_FLAT_LABEL = re.compile(r"\s*+parameters\s*+:\s*+", re.I)
_FLAT_BREAKS = ".,;| \t"
# Templates and embedded JSON included; the longest honest one seen has 9,000 characters.
_LINE_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Infotext:
    """`pairs` in the order recorded, values unquoted; a repeated key keeps its last value."""

    prompt: str
    negative_prompt: str
    pairs: dict[str, str]


def split(text: str, *, is_certain: bool) -> Infotext | None:
    """The three parts of an infotext.

    None where the text is JSON, or where it has no line of parameters and is not `is_certain`
    to be an infotext.
    """
    text = clean(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not text or (text[-1] == "}" and _JSON_START.match(text)):
        return None
    start = _steps_line(text)
    if start is None and "\n" not in text and (flat := _flat(text)) is not None:
        return flat
    if start is None:
        start = _last_line(text)
    if start is None and (cut := _TEMPLATE_LINE.search(text)) is not None:
        start = _last_line(text[: cut.start()].rstrip())
    if start is None:
        return Infotext(*_prompts(text), {}) if is_certain else None
    return Infotext(*_prompts(text[:start]), pairs_of(text[start:]))


def _prompts(text: str) -> tuple[str, str]:
    """Prompt and negative prompt, divided by the first line that starts with its label.

    Further lines that start with it belong to the negative prompt, without the label.
    """
    place = text.find("Negative prompt:")
    if place < 0:
        return text.strip(), ""
    label = _NEGATIVE_LINE.search(text)
    if label is None:
        return text.strip(), ""
    negative = text[label.end() :]
    if "Negative prompt:" in negative:
        negative = _NEGATIVE_LINE.sub("", negative)
    return text[: label.start()].strip(), negative.strip()


def _flat(text: str) -> Infotext | None:
    """An infotext in a single line, `cat.Negative prompt: dog.Steps: 20, Sampler: …`."""
    start = text.rfind("Steps:")
    while start >= 0 and not (_breaks_at(text, start) and _FLAT_OPENING.match(text, start)):
        start = text.rfind("Steps:", 0, start)
    if start < 0 or len(pairs := pairs_of(text[start:])) < _ENOUGH_PAIRS:
        return None
    before = text[:start].rstrip()
    if label := _FLAT_LABEL.match(before):
        before = before[label.end() :]
    end = before.find("Negative prompt:")
    while end >= 0 and not _breaks_at(before, end):
        end = before.find("Negative prompt:", end + 1)
    if end < 0:
        return Infotext(_without_break(before), "", pairs)
    return Infotext(_without_break(before[:end]), _without_break(before[end + 16 :]), pairs)


def _breaks_at(text: str, place: int) -> bool:
    return place == 0 or text[place - 1] in _FLAT_BREAKS


def _without_break(text: str) -> str:
    """A full stop at the end is what became of the line's end."""
    return text.strip().removesuffix(".").rstrip()


def _steps_line(text: str) -> int | None:
    """Where the last line that starts with `Steps: <digit>` and holds more pairs begins."""
    end = len(text)
    while (place := text.rfind("\nSteps:", 0, end)) >= 0:
        if _opens_parameters(text, place + 1):
            return place + 1
        end = place
    return 0 if text.startswith("Steps:") and _opens_parameters(text, 0) else None


def _opens_parameters(text: str, start: int) -> bool:
    value = text[start + 6 : start + 16].lstrip()
    if not value[:1].isdigit():
        return False
    line_end = text.find("\n", start)
    comma = text.find(",", start, line_end if line_end >= 0 else len(text))
    return line_end < 0 or (comma >= 0 and text.find(":", comma, line_end) >= 0)


def _last_line(text: str) -> int | None:
    """Where the last line begins, if it holds enough pairs, a known one among them."""
    start = text.rfind("\n") + 1
    if ":" not in text[start:]:
        return None
    pairs = pairs_of(text[start:])
    has_known = any(key in _KNOWN for key in pairs)
    return start if has_known and len(pairs) >= _ENOUGH_PAIRS else None


def pairs_of(text: str) -> dict[str, str]:
    """Keys and unquoted values of a line of parameters, or of a value that is one itself."""
    text, templates = _cut_templates(text[:_LINE_LIMIT])
    if ": {" in text or ": [" in text or ":{" in text or ":[" in text:
        pairs = _pairs_with_json(text)
    else:
        pairs = {}
        for key, colon, value in _PAIR.findall(text):
            if colon:
                pairs[key.rstrip()] = _unquote(value)
            elif key:
                pairs[key.rstrip()] = key.rstrip()
    pairs.pop("", None)
    pairs.update(templates)
    return pairs


def _cut_templates(text: str) -> tuple[str, dict[str, str]]:
    """dynamic-prompts writes its templates as lines after the parameters; they may have several."""
    if "Template:" not in text:
        return text, {}
    labels = list(_TEMPLATE_LINE.finditer(text))
    if not labels:
        return text, {}
    ends = [label.start() for label in labels[1:]] + [len(text)]
    templates = {
        label[1]: text[label.end() : end].strip() for label, end in zip(labels, ends, strict=True)
    }
    return text[: labels[0].start()].rstrip(), templates


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    value = value.strip()
    if len(value) < 2 or not value.endswith('"'):
        return value
    if "\\" not in value:
        return value[1:-1]
    try:
        return clean(orjson.loads(value))
    except ValueError:
        return value[1:-1]


def _pairs_with_json(text: str) -> dict[str, str]:
    """As the pattern does it, but a value that opens a bracket ends where it is balanced."""
    pairs: dict[str, str] = {}
    # Brackets that never close would be scanned to the end again and again.
    effort_left = 4 * len(text)
    position, end = 0, len(text)
    while position < end:
        key = _KEY.match(text, position)
        if key is None:  # cannot be: the pattern matches emptiness
            break
        position = key.end()
        value_end = None
        if key[2]:
            first = text[position : position + 1]
            if first == '"' and (quoted := _QUOTED.match(text, position)) is not None:
                value_end = quoted.end()
            elif first and first in "{[" and effort_left > 0:
                value_end, effort = _balanced(text, position)
                effort_left -= effort
        if value_end is None:
            comma = text.find(",", position)
            value_end = comma if comma >= 0 else end
        name = key[1].rstrip()
        pairs[name] = _unquote(text[position:value_end]) if key[2] else name
        position = value_end + 1
    return pairs


def _balanced(text: str, start: int) -> tuple[int | None, int]:
    """Where the JSON value at `start` ends, None if it never does; and how far was looked."""
    depth = 0
    for token in _JSON_TOKEN.finditer(text, start):
        first = token[0][0]
        if first in "{[":
            depth += 1
        elif first in "}]":
            depth -= 1
            if depth == 0:
                comma = text.find(",", token.end())
                end = comma if comma >= 0 else len(text)
                rest_is_blank = not text[token.end() : end].strip()
                return (end if rest_is_blank else None), end - start
    return None, len(text) - start
