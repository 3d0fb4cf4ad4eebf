import pytest

from gallery.search import counting, fulltext, language, results
from gallery.search.keywords import registry
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory, PromptFactory

PROMPTS = {
    "fox": "a red fox in the snow, masterpiece",
    "fennec": "fennec_girl, (blue eyes:1.2), <lora:desert_v2:0.8>, it's night",
    "foxes": "two foxes, blue sky, red scarf",
    "den": "empty den, Füchsin, 狐の巣, blue-grey stones",
}


@pytest.fixture
def library(collection):
    folder = FolderFactory(root=LibraryRootFactory(collection=collection), image_count=5)
    for name, text in PROMPTS.items():
        ImageFactory(folder=folder, name=name, prompt=PromptFactory(text=text))
    ImageFactory(folder=folder, name="unread", prompt=None)


@pytest.fixture
def found(library, ask):
    def search(q: str) -> str:
        query = ask("sort=name", q=fulltext.clean(q))
        names = [image.name for image in results.page(query).images]
        assert counting.count(query).value == len(names)
        return " ".join(names)

    return search


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("fox,", "fox"),
        ("fox", "fox foxes"),
        ("fo", "fox foxes"),
        ("f", ""),
        ("fox red", "fox"),
        ("red fox", "fox foxes"),
        ("fox* red", "fox foxes"),
        ("blue", "den fennec foxes"),
        ("BLUE EYES", "fennec"),
        ("eyes blue", "fennec"),
        ('"blue eyes"', "fennec"),
        ('"eyes blue"', ""),
        ('"red fox"', "fox"),
        ('"red f"', ""),
        ("“red fox”", "fox"),
        ('"red fox', "fox"),
        ("red,scarf", "foxes"),
        ("red , , scarf,", "foxes"),
        ("blue -sky", "den fennec"),
        ('blue -"blue eyes"', "den foxes"),
        ("-blue", "fox unread"),
        ('-"red fox" -blue', "unread"),
        ("-fo* blue", "den fennec"),
        ("blue -fo", "den fennec foxes"),
        ("fennec_girl", "fennec"),
        ("girl", "fennec"),
        ("desert", "fennec"),
        ("<lora:desert_v2:0.8>", "fennec"),
        ("(blue eyes:1.2)", "fennec"),
        ("it's night", "fennec"),
        ("füchsin", "den"),
        ("FÜCHS", "den"),
        ("狐の巣", "den"),
        ("blue-grey", "den"),
        ("blue-gr", "den"),
        ("fennec & girl", "fennec"),
        ("nothing like it", ""),
        ("", "den fennec fox foxes unread"),
        ("   ", "den fennec fox foxes unread"),
        ("-", "den fennec fox foxes unread"),
        (",,,", "den fennec fox foxes unread"),
        ("!!!", ""),
        ("🦊", ""),
        ("fox 🦊,", "fox"),
        ('""', "den fennec fox foxes unread"),
    ],
)
def test_what_a_search_finds(found, q, expected):
    assert found(q) == expected


@pytest.mark.parametrize(
    "q",
    [
        "'",
        "''",
        "\\",
        "\\'",
        "a'b\\'c",
        "'a' | 'b'",
        "!a & b | (c <-> d):*",
        "a:*A",
        "):*(",
        "!!",
        "<2>",
        "-'",
        '-"',
        '"\\"',
        "fox\0den",
        "%s %(name)s",
        "'; DROP TABLE gallery_image; --",
        "a " * 5000,
        "-a " * 3000,
        '"a b" ' * 1500,
        "x" * 10_000,
        '"' + "y" * 9_999,
        "z-" * 5000,
        "ß" * 10_000,
        "🦊" * 10_000,
        "'" * 10_000,
        "http://example.org/a?b=c user@example.org /etc/passwd 10.0.0.1 -1.5e10",
        "\u202e\ufeff\x01\x1f\ud800",
        "½ ² ٣ Ⅷ ﬁ ̈ ͏",
    ],
    ids=lambda q: q[:12].encode("unicode_escape").decode(),
)
def test_hostile_input_is_only_text(found, q):
    found(q)


def test_a_pasted_prompt_finds_its_image(found):
    for name, text in PROMPTS.items():
        assert found(text) == name


def test_words_as_one_tsquery():
    tree = language.parse("""red -blue "it's on" fo* (a OR -b) gr""", registry.vocabulary())
    assert (
        fulltext.tsquery(tree)
        == "('red' & !('blue') & 'it''s on' & 'fo':* & ('a' | !('b')) & 'gr':*)"
    )
