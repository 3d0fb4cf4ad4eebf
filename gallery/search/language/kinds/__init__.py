"""What may stand after a keyword: one kind of value a file."""

from gallery.search.language.kinds.base import Kind
from gallery.search.language.kinds.choices import Choice, Flag
from gallery.search.language.kinds.dates import Date, Day, Period
from gallery.search.language.kinds.names import Name, Pattern, Weighted, WeightedName
from gallery.search.language.kinds.numbers import NONE, Interval, Number
from gallery.search.language.kinds.properties import Property, PropertyTest
from gallery.search.language.kinds.seeds import Digits, Seed
from gallery.search.language.kinds.sizes import Exactly, Ratio, Shape, Size
from gallery.search.language.kinds.words import Words

__all__ = [
    "NONE",
    "Choice",
    "Date",
    "Day",
    "Digits",
    "Exactly",
    "Flag",
    "Interval",
    "Kind",
    "Name",
    "Number",
    "Pattern",
    "Period",
    "Property",
    "PropertyTest",
    "Ratio",
    "Seed",
    "Shape",
    "Size",
    "Weighted",
    "WeightedName",
    "Words",
]
