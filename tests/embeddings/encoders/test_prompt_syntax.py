import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoders.prompt_syntax import words


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("a cat", "a cat"),
        ("a (cat:1.2), ((dog))", "a cat, dog"),
        ("(a (small:0.8) cat:1.3) sits", "a small cat sits"),
        ("(worst quality:-.5)", "worst quality"),
        ("[blurry], fine", "blurry, fine"),
        ("[cat:dog:0.5] [red|blue] hair", "cat dog red blue hair"),
        ("[cat::10] [dog:0.3]", "cat dog"),
        (r"saber \(fate\), \[sic\], C:\\temp", r"saber (fate), [sic], C:\temp"),
        (r"(saber \(fate\):1.2)", "saber (fate)"),
        ("a <lora:add_detail:0.8> cat <lyco:x:1:2>", "a cat"),
        ("embedding:EasyNegative, bad (embedding:hands.pt:1.2)", ", bad"),
        ("sky BREAK sea, breakfast", "sky sea, breakfast"),
        ("at 8:30, 16:9, a < b > c", "at 8:30, 16:9, a < b > c"),
        ("unclosed (cat, [dog", "unclosed cat, dog"),
        ("  many\n\n spaces\t", "many spaces"),
        ("", ""),
    ],
)
def test_only_the_words_are_left(prompt: str, left: str) -> None:
    assert words(prompt) == left


plain = st.text(st.characters(exclude_characters="\\()[]<>:|", exclude_categories=("Cs", "Co")))


@given(plain.filter(lambda text: "BREAK" not in text))
def test_a_text_without_syntax_keeps_all_its_words(text: str) -> None:
    assert words(text) == " ".join(text.split())


@given(plain, st.floats(-5, 5).map(lambda weight: f"{weight:.2f}"))
def test_a_weight_changes_nothing(text: str, weight: str) -> None:
    assert words(f"({text}:{weight})") == words(text)


@given(st.text(st.sampled_from("\\()[]<>:|a1. ")))
def test_escaped_characters_are_kept_and_others_go(text: str) -> None:
    escaped = "".join(f"\\{c}" if c in "\\()[]" else c for c in text.replace("<", ""))
    assert words(escaped) == " ".join(text.replace("<", "").split())


@pytest.mark.parametrize("piece", ["(", "[", "[a:", "<lora:", "\\(", "embedding:", "(a:1.1", ":1 "])
def test_it_is_linear_in_the_length(piece: str) -> None:
    prompt = piece * (200_000 // len(piece))
    start = time.process_time()
    words(prompt)
    assert time.process_time() - start < 2
