"""Which of several vanished files is which of several new ones that hold the same."""

from gallery.scanning.moves import matching


def place(pk: int, path: str) -> matching.Place:
    folder, _, name = path.rpartition("/")
    return matching.Place(pk, 1, 1, folder, name, None, True, None)


def matched(old: list[str], new: list[str]) -> dict[str, str]:
    pairs = matching.pair(
        [place(n, path) for n, path in enumerate(old)],
        [place(n + 100_000, path) for n, path in enumerate(new)],
    )
    return {a.path: b.path for a, b in pairs}


def test_the_same_name_goes_before_the_same_folder():
    found = matched(["a/1.png", "a/2.png"], ["a/x.png", "b/1.png"])
    assert found == {"a/1.png": "b/1.png", "a/2.png": "a/x.png"}


def test_of_equal_names_the_most_alike_folders_belong_together():
    old = ["2025/may/x/1.png", "2026/may/x/1.png", "misc/1.png"]
    new = ["all/2026/may/x/1.png", "other/1.png", "all/2025/may/x/1.png"]
    assert matched(old, new) == {
        "2025/may/x/1.png": "all/2025/may/x/1.png",
        "2026/may/x/1.png": "all/2026/may/x/1.png",
        "misc/1.png": "other/1.png",
    }
    assert matched(old[::-1], new[::-1]) == matched(old, new)


def test_thousands_of_equal_files_are_told_apart_by_their_ends():
    old = [f"tree/{n % 100}/{n}/black.png" for n in range(20_000)]
    new = [path.replace("tree", "wood") for path in old]
    assert matched(old, new[::-1]) == dict(zip(old, new, strict=True))
