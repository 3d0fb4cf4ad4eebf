"""What could be typed next: keywords by their beginnings, values that the library has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gallery.models import Collection
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.keywords import registry
from gallery.search.keywords.registry import Keyword, Suggestion
from gallery.search.language import quoted
from gallery.search.language.kinds import Date

MOST = 8
LIMIT_MS = 150
_LONGEST = 100
_BEFORE = r"(?:\A|(?<=[\s,(|]))-?"
_WORD = re.compile(rf"{_BEFORE}([\w ]{{0,24}})\Z")
_LAST_WORD = re.compile(rf"{_BEFORE}(\w{{1,24}})\Z")
_PLAIN_WORDS = re.compile(r"[^\W\d_][\w.'\u2019-]*(?:,? (?!OR )\w[\w.'\u2019-]*){1,40}")
_VALUE = re.compile(r'\s?(?:(?:"[^"]*"|[^\s,()|"]+)\s*\|\s*)*(=?)("?)([^"|]*)\Z')


@dataclass(frozen=True, slots=True)
class Completion:
    """`insert` takes the place of the text from `start` to the caret."""

    label: str
    insert: str
    start: int
    help: str = ""
    count: int | None = None
    is_exact: bool = True


def complete(text: str, collection: Collection) -> list[Completion]:
    """For a caret at the end of `text`."""
    found = _keyword_before(text)
    if found is None:
        return _keywords(text)
    keyword, value = found
    start = len(text) - len(value[1] + value[2] + value[3])
    typed = value[3].strip()
    if not value[2] and not isinstance(keyword.kind, Date) and re.search(r"[\s,()]", typed):
        return _keywords(text)
    completions = []
    for suggestion in _values(keyword, typed, collection)[:MOST]:
        is_open = suggestion.value.endswith("=")
        said = suggestion.value if is_open else _said(keyword, suggestion.value)
        completions.append(
            Completion(
                label=suggestion.value,
                insert=f"{value[1]}{said}{'' if is_open else ' '}",
                start=start,
                help=suggestion.hint,
                count=suggestion.count,
                is_exact=suggestion.is_exact,
            )
        )
    return completions


def _keyword_before(text: str) -> tuple[Keyword, re.Match[str]] | None:
    """The keyword whose value is being typed at the end, and the value."""
    vocabulary = registry.vocabulary()
    colon = len(text)
    for _ in range(3):
        colon = text.rfind(":", 0, colon)
        if colon < 0 or len(text) - colon > 2 * _LONGEST:
            return None
        value = _VALUE.match(text, colon + 1)
        words = _WORD.search(text[max(0, colon - 26) : colon])
        if not words or not value:
            continue
        tail = words[1].split(" ")
        for first in range(len(tail)):
            entry = vocabulary.named("_".join(tail[first:]))
            if entry:
                return registry.every()[entry.name], value
    return None


def _keywords(text: str) -> list[Completion]:
    offers = list(_offers(text))
    word = _LAST_WORD.search(text)
    if not word:
        return offers
    typed = word[1].lower()
    begins = []
    for keyword in registry.every().values():
        names = (keyword.name, *keyword.aliases)
        if any(name.startswith(typed) for name in names):
            rank = (not keyword.name.startswith(typed), len(keyword.name))
            begins.append((rank, keyword))
    start = len(text) - len(word[1])
    return [
        Completion(f"{keyword.name}:", f"{keyword.name}:", start, help=f"Images {keyword.help}")
        for _, keyword in sorted(begins, key=lambda one: one[0])[: MOST - len(offers)]
    ] + offers


def _offers(text: str) -> Iterator[Completion]:
    """Plain words, several, as they could be searched for otherwise."""
    words = " ".join(text.split())
    if len(words) > _LONGEST or not _PLAIN_WORDS.fullmatch(words):
        return
    for keyword in registry.every().values():
        if keyword.offer:
            label = f"{keyword.offer} \u201c{words}\u201d"
            insert = f"{keyword.name}:{quoted(words)} "
            yield Completion(label, insert, 0, help=f"Images {keyword.help}")


def _values(keyword: Keyword, typed: str, collection: Collection) -> list[Suggestion]:
    """What takes too long is not offered: nobody waits for it."""
    typed = typed[:_LONGEST]
    if keyword.name in {"has", "no"}:
        names = [one.name for one in registry.every().values() if one.is_there]
        return [Suggestion(name) for name in sorted(names) if name.startswith(typed.lower())]
    offered = [Suggestion(one) for one in keyword.choices if one.startswith(typed.lower())]
    if keyword.suggest is None:
        return offered
    try:
        with time_limit(LIMIT_MS):
            return [*offered, *keyword.suggest(typed.replace("*", ""), collection)]
    except TooSlow:
        return offered


def _said(keyword: Keyword, value: str) -> str:
    return value if isinstance(keyword.kind, Date) else quoted(value)
