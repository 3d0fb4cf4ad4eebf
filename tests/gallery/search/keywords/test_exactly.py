"""One name and no other: what the dashboard's bars ask for; and how far the library is."""

import pytest

from gallery.models import Image, StageFailure


@pytest.fixture
def named(image, use, collection, found):
    use(image("a", thumbnail_version=1), "checkpoint", "Alpha")
    use(image("b"), "checkpoint", "alpha")
    both = image("c", read_version=None)
    use(both, "checkpoint", "beta")
    use(both, "checkpoint", "Alpha")
    use(both, "lora", "fennec", weight=0.7)
    use(both, "lora", "fennec", weight=-0.2)
    image("d", format="")
    StageFailure.objects.create(image=both, stage="thumbnail", version=1, reason="broken")
    numbers = {
        "A": Image.objects.get(name="a").checkpoint_id,
        "L": both.resources.get(weight=0.7).resource_id,
    }

    def find(q: str) -> str:
        return found(q.replace("#A", f"#{numbers['A']}").replace("#L", f"#{numbers['L']}"))

    return find


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("model:alpha", "abc"), ("main_model:alpha", "ab"), ("main model: beta", "c"),
        ("main_model:alph", ""), ("main_model:#A", "a"), ("main_model:=#A", "a"),
        ("main_model:#999999", ""), ("-main_model:alpha", "cd"), ("no:main_model", "d"),
        ("resource:#A", "ac"), ("resource:#L", "c"), ("resource:#L@0.7", "c"),
        ("resource:#L@<0", "c"), ("resource:#L@0.8-1", ""), ("resource:#999999", ""),
        ("unread:", "c"), ("unread:no", "abd"), ("thumbnail:", "a"), ("thumbnail:no", "bcd"),
        ("failed:", "c"), ("failed:no", "abd"), ("no:format", "d"), ("has:format", "abc"),
    ],
)  # fmt: skip
def test_what_it_finds(named, q, expected):
    assert named(q) == expected
