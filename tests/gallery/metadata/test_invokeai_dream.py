import pytest

from gallery.metadata.records import ResourceUse, SourceReference
from tests.gallery.metadata.texts import understood


def dream(text, problems=None):
    found = understood({"Dream": text}, problems=problems)
    assert (found.generator, found.rule) == ("invokeai", "invokeai")
    return found


@pytest.mark.parametrize(
    "text",
    [
        '"a cat, sitting" -s50 -W512 -H768 -C7.5 -Ak_lms -S1234',
        '"a cat, sitting" -s 50 -S 1234 -W 512 -H 768 -C 7.5 -A k_lms',
        "a cat, sitting -s 50 -S 1234 -W 512 -H 768 -C 7.5 -A k_lms",
        "a cat, sitting -s50 -S1234 -W512 -H768 -C7.5 -mk_lms",
        '"a cat, sitting" -s50 -b1 -W512 -Q 9 -H768 -C7.5 -Ak_lms -S1234',
        '-s50 -S1234 -W512 -H768 -C7.5 -A k_lms --prompt "a cat, sitting"',
        '"a cat, sitting" --steps 50 --seed=1234 --width 512 --height 768 --cfg_scale 7.5 '
        "--sampler k_lms",
    ],
)
def test_every_way_to_write_a_command_is_read(text):
    found = dream(text)
    assert found.prompt == "a cat, sitting"
    assert (found.seed, found.steps, found.cfg_scale) == (1234, 50, 7.5)
    assert (found.width, found.height, found.sampler) == (512, 768, "k_lms")
    assert found.facts == {}
    assert found.reason == "Dream (png:tEXt) holds a command of InvokeAI."


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ('"a "big" cat" -s50', 'a "big" cat'),
        ("a well-known -ish cat - on a mat -s50", "a well-known -ish cat - on a mat"),
        ('"unterminated -s50', "unterminated"),
        ('"only a prompt"', "only a prompt"),
        ("only a prompt", "only a prompt"),
        ("", ""),
        ("-s50", ""),
    ],
)
def test_a_prompt_ends_at_its_quote_or_the_first_switch(text, prompt):
    found = dream(text)
    assert found.prompt == prompt
    assert found.steps == (50 if "-s50" in text else None)


def test_brackets_are_the_negative_prompt():
    found = dream('"a cat [dog, blurry] on a mat [ugly]" -s 5')
    assert found.prompt == "a cat on a mat"
    assert found.negative_prompt == "dog, blurry ugly"


@pytest.mark.parametrize(
    "written", ["3647897225,0.1;1614299449,0.1", "3647897225:0.1,1614299449:.1"]
)
def test_variations_are_a_fact_and_the_seed_is_the_first(written):
    found = dream(f'"xena" -s50 -V {written} -S3357757885')
    assert found.seed == 3357757885
    assert found.facts == {"Variations": "3647897225:0.1, 1614299449:0.1"}


def test_pictures_it_was_made_from_are_sources():
    found = dream('"fire" -s 10 -S 1 -I out/fire.png -M mask.png -f 0.4')
    assert found.sources == (
        SourceReference("inpaint", "out/fire.png"),
        SourceReference("mask", "mask.png"),
    )
    assert found.denoise == 0.4
    assert dream('"fire" -s 10 -f 0.75').denoise is None


def test_a_picture_within_the_command_is_never_a_name():
    found = dream(f'"a man" -s50 -Idata:image/png;base64,{"iVBORw0KGgo" * 50_000} -f 0.6')
    assert (found.prompt, found.steps, found.denoise) == ("a man", 50, 0.6)
    assert found.sources == ()
    assert found.facts == {"Init image": "within the metadata"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("!mask ./curly.png -tm hair 0.5", "./curly.png"),
        ("!fix out/1.png -U 2 0.75 -G 0.8", "out/1.png"),
    ],
)
def test_commands_on_a_picture_are_no_generation(text, name):
    found = dream(text)
    assert (found.prompt, found.seed, found.steps) == ("", None, None)
    assert found.sources == (SourceReference("reference", name),)
    assert found.facts == {"Command": text}


def test_a_placeholder_is_no_prompt():
    assert dream("<too lazy to implement>").prompt == ""


def test_what_is_done_afterwards_and_named_in_the_prompt_is_kept():
    found = dream('"a <ghibli-face> withLora(ink, 0.6)" -s 5 -G 0.9 -ft codeformer -U 4 0.95 -fit')
    assert found.facts == {
        "Face restoration strength": "0.9",
        "Face restoration": "codeformer",
        "Upscale": "4 0.95",
    }
    assert found.resources == (
        ResourceUse("lora", "ink", 0.6),
        ResourceUse("embedding", "ghibli-face"),
    )
