"""What the whole install was set to: typed, checked, and harmless where a row is damaged."""

import pytest

from dtoolkit.core.errors import BadInput
from gallery import preferences
from gallery.models import Preference
from gallery.preferences import NSFW_WORDS

pytestmark = pytest.mark.django_db


def test_without_a_row_the_default_holds():
    assert preferences.get(NSFW_WORDS) == ()


def test_words_are_kept_lower_once_and_without_blanks():
    preferences.put(NSFW_WORDS, "Nude,  NSFW\nnude, red   light")
    assert preferences.get(NSFW_WORDS) == ("nude", "nsfw", "red light")


def test_the_default_needs_no_row():
    preferences.put(NSFW_WORDS, "nude")
    preferences.put(NSFW_WORDS, " , ")
    assert not Preference.objects.exists()


@pytest.mark.parametrize("value", [7, True, {"a": 1}, ["ok", 3], ["x" * 500], ["--"]])
def test_a_damaged_row_counts_as_none(value):
    Preference.objects.create(name=NSFW_WORDS.name, value=value)
    assert preferences.get(NSFW_WORDS) == ()


@pytest.mark.parametrize("value", ["a\0b", "()", "x" * 101, ",".join(map(str, range(300)))])
def test_what_is_no_word_is_refused_in_words(value):
    with pytest.raises(BadInput):
        preferences.put(NSFW_WORDS, value)


def test_names_are_unique_and_explained():
    names = [setting.name for setting in preferences.ALL]
    assert len(names) == len(set(names))
    assert all(setting.help and setting.title for setting in preferences.ALL)
