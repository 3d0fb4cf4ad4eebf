"""What the whole install was set to on the settings page: declared, typed, checked.

What belongs to one browser (keys, theme, blur) is kept there and is not here. A row that does not
hold what it should, after a downgrade or by hand, counts as none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from dtoolkit.core.errors import BadInput
from gallery.models import Preference

T = TypeVar("T")
MOST_WORDS = 200
_MOST_CHARS = 100
SUGGESTED_NSFW_WORDS = ("nsfw", "nude", "naked")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """`check` takes JSON or what a form sent, and raises `BadInput` that says what to do."""

    name: str
    title: str
    help: str
    default: T
    check: Callable[[Any], T]


def get(setting: Setting[T]) -> T:
    row = Preference.objects.filter(name=setting.name).first()
    if row is None:
        return setting.default
    try:
        return setting.check(row.value)
    except BadInput:
        return setting.default


def put(setting: Setting[T], value: Any) -> T:
    """What is kept now; the default needs no row. Raises `BadInput`."""
    checked = setting.check(value)
    if checked == setting.default:
        Preference.objects.filter(name=setting.name).delete()
    else:
        Preference.objects.update_or_create(name=setting.name, defaults={"value": checked})
    return checked


def _words(value: Any) -> tuple[str, ...]:
    """From a list, or from text with commas or line ends between."""
    if isinstance(value, str):
        value = value.replace("\n", ",").split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise BadInput("Words are separated by commas.")
    words = tuple(dict.fromkeys(" ".join(word.lower().split()) for word in value))
    words = tuple(word for word in words if word)
    if len(words) > MOST_WORDS:
        raise BadInput(f"At most {MOST_WORDS} words. Leave some out.")
    for word in words:
        if len(word) > _MOST_CHARS or not word.isprintable():
            raise BadInput(f"'{word[:40]}' is no word: at most {_MOST_CHARS} characters.")
        if not any(c.isalnum() for c in word):
            raise BadInput(f"'{word}' has no letter or digit that could be found.")
    return words


NSFW_WORDS: Setting[tuple[str, ...]] = Setting(
    name="nsfw_words",
    title="NSFW words",
    help="An image whose prompt has one of these words is marked NSFW when it is read, unless a"
    " person said otherwise. Empty: no word marks anything.",
    default=(),
    check=_words,
)


MOST_PATTERNS = 20
SUGGESTED_PATTERNS = (
    "{created:%Y}/{created:%Y-%m}/{name}",
    "{checkpoint|no checkpoint}/{created:%Y-%m}/{name}",
    "{checkpoint|no checkpoint}/{lora|no LoRA}/{name}",
    "{created:%Y-%m-%d}/{created:%H%M%S}< {seed}>< {prompt:5}>",
    "{rating:2|unrated}/{name}",
)


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise BadInput("Patterns are a list of texts.")
    patterns = tuple(dict.fromkeys(each.strip() for each in value if each.strip()))
    if len(patterns) > MOST_PATTERNS or any(len(each) > 300 for each in patterns):
        raise BadInput(f"At most {MOST_PATTERNS} patterns are kept. Leave some out.")
    return patterns


PATTERNS: Setting[tuple[str, ...]] = Setting(
    name="reorganise_patterns",
    title="Patterns for reorganising",
    help="Those that you kept, the latest first.",
    default=(),
    check=_patterns,
)


def _switch(value: Any) -> bool:
    """From JSON, or `1` or nothing from a form."""
    if value not in (True, False, "1", ""):
        raise BadInput("This is on or off.")
    return bool(value)


DAILY_BACKUP: Setting[bool] = Setting(
    name="daily_backup",
    title="A backup every day",
    help="What people said is backed up once a day by itself, while the program runs.",
    default=False,
    check=_switch,
)

WRITE_WORDS: Setting[bool] = Setting(
    name="write_words",
    title="Write into files as I go",
    help="Ratings, tags, notes and the like are written into the files themselves, after some"
    " quiet, by the program.",
    default=False,
    check=_switch,
)

ALL: tuple[Setting[Any], ...] = (NSFW_WORDS, PATTERNS, DAILY_BACKUP, WRITE_WORDS)
