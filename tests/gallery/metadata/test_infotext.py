import time

import pytest

from gallery.metadata.parsers.automatic1111.infotext import split

LINE = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x768"


def certain(text):
    return split(text, is_certain=True)


def test_prompt_negative_prompt_and_parameters_are_divided():
    parts = certain(f"a cat,\n  on a mat\nNegative prompt: dog,\nrain\n{LINE}")
    assert parts.prompt == "a cat,\n  on a mat"
    assert parts.negative_prompt == "dog,\nrain"
    assert list(parts.pairs) == ["Steps", "Sampler", "CFG scale", "Seed", "Size"]


@pytest.mark.parametrize(
    ("text", "prompt", "negative"),
    [
        (f"a cat\n{LINE}", "a cat", ""),
        (LINE, "", ""),
        (f"Negative prompt: dog\n{LINE}", "", "dog"),
        (f"\nNegative prompt: dog\n{LINE}", "", "dog"),
        (f"a cat\n \tNegative prompt: dog\n{LINE}", "a cat", "dog"),
        (f"a Negative prompt: is a thing\n{LINE}", "a Negative prompt: is a thing", ""),
        (f"a\nNegative prompt: b\nNegative prompt: c\n{LINE}", "a", "b\nc"),
        (f"do these Steps: 1, 2: 3, 4: 5\n{LINE}", "do these Steps: 1, 2: 3, 4: 5", ""),
        (f"Steps: first do this\n{LINE}", "Steps: first do this", ""),
        ("a cat\r\nNegative prompt: dog\r\n" + LINE, "a cat", "dog"),
        ("a cat without parameters", "a cat without parameters", ""),
        ("a cat\nNegative prompt: dog", "a cat", "dog"),
    ],
)
def test_only_labels_at_the_start_of_a_line_divide(text, prompt, negative):
    parts = certain(text)
    assert (parts.prompt, parts.negative_prompt) == (prompt, negative)


@pytest.mark.parametrize(
    ("text", "prompt", "negative"),
    [
        (f"a cat.Negative prompt: dog.{LINE}", "a cat", "dog"),
        (f"Parameters                      : a cat, .Negative prompt: dog.{LINE}", "a cat,", "dog"),
        (f"a cat, Negative prompt: dog, {LINE}", "a cat,", "dog,"),
        (f"a cat. {LINE}", "a cat", ""),
        (f"Negative prompt: dog.{LINE}", "", "dog"),
        (f"do Steps: 3, 4: then. {LINE}", "do Steps: 3, 4: then", ""),
    ],
)
def test_a_tool_that_lost_the_line_ends_is_forgiven(text, prompt, negative):
    parts = split(text, is_certain=False)
    assert (parts.prompt, parts.negative_prompt) == (prompt, negative)
    assert parts.pairs["Steps"] == "20"
    assert parts.pairs["Size"] == "512x768"


def test_steps_within_a_word_are_no_parameters():
    text = "indoorSteps: 20, Colour: x, Door: 1, Floor: 2"
    assert split(text, is_certain=True).prompt == text


def test_the_last_line_with_three_pairs_needs_no_steps():
    parts = certain("a cat\nSeed: 1, Size: 512x512, Model: m")
    assert parts.prompt == "a cat"
    assert parts.pairs == {"Seed": "1", "Size": "512x512", "Model": "m"}


def test_three_pairs_without_a_known_key_are_prompt():
    assert certain("one: 1, two: 2, three: 3").pairs == {}


def test_text_that_is_not_certain_needs_parameters():
    assert split("OLYMPUS DIGITAL CAMERA", is_certain=False) is None
    assert split(f"a cat\n{LINE}", is_certain=False).prompt == "a cat"


@pytest.mark.parametrize("text", ['{"prompt": "a cat", "Steps": 3, "Seed": 1}', "{ }"])
def test_json_is_not_infotext(text):
    assert certain(text) is None


def test_a_prompt_of_variants_is_not_json():
    assert certain("{cat|dog} and {fox|hen}").prompt == "{cat|dog} and {fox|hen}"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a: x, b: y"', "a: x, b: y"),
        (r'"say \"hi\", twice"', 'say "hi", twice'),
        (r'"first\nsecond, third: 3"', "first\nsecond, third: 3"),
        ('"raw\nnewline, and: colon"', "raw\nnewline, and: colon"),
        (r'"C:\\models\\x, y"', "C:\\models\\x, y"),
        (r'"a\u0000b, c"', "ab, c"),
        ('"never closed', '"never closed'),
        ('5" by 7"', '5" by 7"'),
        ("2026-01-04T01:27:21.27Z", "2026-01-04T01:27:21.27Z"),
        ("", ""),
    ],
)
def test_values_are_unquoted(written, value):
    parts = certain(f"a cat\n{LINE}, Odd: {written}, Last: 1")
    assert parts.pairs["Odd"] == value
    assert parts.pairs["Last"] == "1"
    assert parts.prompt == "a cat"


@pytest.mark.parametrize(
    "value",
    [
        '{"model": "45a21ea00a", "lora:x, y": "1"}',
        '[{"type":"checkpoint","weight":0.8},{"type":"lora"}]',
        '{"a": {"b": [1, 2, {"c": "}, ]"}]}, "d": {}}',
        "{}",
    ],
)
def test_embedded_json_ends_where_it_is_balanced(value):
    parts = certain(f"a cat\n{LINE}, Hashes: {value}, Version: v1.10.1")
    assert parts.pairs["Hashes"] == value
    assert parts.pairs["Version"] == "v1.10.1"


def test_brackets_that_never_close_end_at_the_comma():
    parts = certain(f"a cat\n{LINE}, Odd: {{a, Version: v1.10.1")
    assert parts.pairs["Odd"] == "{a"
    assert parts.pairs["Version"] == "v1.10.1"


def test_a_key_without_value_is_its_own_value():
    assert certain(f"a cat\n{LINE}, Tiling, Last: 1").pairs["Tiling"] == "Tiling"


def test_templates_of_dynamic_prompts_come_after_the_parameters():
    parts = certain(f"a cat\n{LINE}\nTemplate: a {{cat|dog}},\nhere\nNegative Template: x: y")
    assert parts.prompt == "a cat"
    assert parts.pairs["Size"] == "512x768"
    assert parts.pairs["Template"] == "a {cat|dog},\nhere"
    assert parts.pairs["Negative Template"] == "x: y"


@pytest.mark.parametrize(
    "hostile",
    [
        "a, " * 350_000,
        "a a " * 250_000,
        '\\"' * 500_000,
        'k: "x, ' * 150_000,
        'k: "' * 250_000,
        "k: {" * 250_000,
        "k: {, " * 180_000,
        'k: {"a": ' * 110_000,
        "k: [" + "[" * 1_000_000,
        "\nNegative prompt:" * 60_000,
        "x Negative prompt:" * 60_000,
        "\n" + " " * 1_000_000,
        "\nSteps:" * 150_000,
        "\nSteps: 1" * 110_000,
        "\nTemplate:" * 100_000,
        ":" * 1_000_000,
        ",:" * 500_000,
    ],
)
def test_a_megabyte_made_to_be_slow_is_not(hostile):
    started = time.process_time()
    for text in (hostile, f"{LINE}, {hostile}", f"{hostile}\n{LINE}"):
        split(text, is_certain=True)
        split(text, is_certain=False)
    assert time.process_time() - started < 5
