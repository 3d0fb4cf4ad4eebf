import pytest

from gallery.metadata.parsers.fields import Fields, label, listed, readable, size_of


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (["a", 0.5, None, {}, ""], ["a", "0.5"]),
        ("['Fooocus V2', \"It's\", 'a\\'b']", ["Fooocus V2", "It's", "a'b"]),
        ("[0.5, 1]", ["0.5", "1"]),
        ("a (1).safetensors, sub/b", ["a (1).safetensors", "sub/b"]),
        ("", []),
        ("[" * 20_000, []),
        ("['" + "\\" * 30_000, []),
        (5, []),
        (None, []),
    ],
)
def test_lists_are_read_as_anybody_writes_them(value, texts):
    assert listed(value) == texts


@pytest.mark.parametrize("value", ["512x768", "512 x 768", "(512, 768)", "512*768", [512, "768"]])
def test_a_size_is_two_numbers(value):
    assert size_of(value) == (512, 768)


@pytest.mark.parametrize("value", ["", "512", "axb", "0x5", [1], [1, 2, 3], "1x" + "9" * 99, {}])
def test_what_is_no_size_is_none(value):
    assert size_of(value) is None


def test_a_value_of_the_wrong_type_is_shown_as_it_is():
    fields = Fields({"prompt": {"a": 1}, "seed": "many", "steps": True, "name": 5})
    assert (fields.text("prompt"), fields.seed("seed"), fields.whole("steps")) == ("", None, None)
    assert fields.text("missing", "name") == "5"
    assert fields.facts() == {"Prompt": '{"a": 1}', "Seed": "many", "Steps": "True"}


def test_what_is_off_or_packed_is_no_fact():
    left = {"a": None, "b": False, "c": "", "d": "None", "e": [], "f": "data:image/png;base64,AA"}
    assert Fields({**left, "g": "x" * 5000, "h": {"i": "data:a;base64,AA"}}).facts() == {}


def test_facts_have_names_that_a_person_reads():
    assert label("refiner_cfg_scale") == "Refiner CFG scale"
    assert Fields({"a_b": 1}).facts({"a_b": "Named"}) == {"Named": "1"}
    assert readable({"name": "t5", "hash": "x"}) == "t5"
    assert len(Fields({str(key): 1 for key in range(1000)}).facts()) == 150
