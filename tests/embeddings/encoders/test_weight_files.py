"""One rule says which files are the weights, whoever asks: what tells them apart and what loads
them see the same."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from dtoolkit.inference import specs
from dtoolkit.inference.errors import InferenceError, WeightsMissing, WeightsUnusable
from embeddings.encoders import clip_text, weight_files
from embeddings.encoders.checkpoints import Checkpoint
from embeddings.services import identity
from tests.embeddings import checkpoints

INDEX = "model.safetensors.index.json"


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    return checkpoints.tiny_clip_text(tmp_path_factory.mktemp("g"), "clip-g")


def put(weights: Path, *places: Path) -> None:
    for place in places:
        place.write_bytes(weights.read_bytes())


def in_parts(weights: Path, folder: Path, name: str = "model") -> list[Path]:
    state = load_file(weights)
    named = {}
    for number, names in enumerate((sorted(state)[::2], sorted(state)[1::2])):
        file = f"{name}-0000{number + 1}-of-00002.safetensors"
        save_file({each: state[each] for each in names}, folder / file)
        named |= dict.fromkeys(names, file)
    (folder / f"{name}.safetensors.index.json").write_text(json.dumps({"weight_map": named}))
    return [folder / f"{name}-0000{number}-of-00002.safetensors" for number in (1, 2)]


def assert_taken(folder: Path, files: list[Path]) -> None:
    """By all who ask: the key is that of these files, and the loader reads them."""
    spec = specs.get("clip-g")
    assert weight_files.of(folder) == files
    identity.check(spec, folder)
    if len(files) == 1:
        assert identity.model_key(spec, folder) == identity.model_key(spec, files[0])
    assert clip_text.load_g(folder, "cpu", "auto").width == 1280


def assert_refused(folder: Path, kind: type[InferenceError], said: str) -> None:
    for ask in (
        lambda: identity.check(specs.get("clip-g"), folder),
        lambda: identity.model_key(specs.get("clip-g"), folder),
        lambda: Checkpoint(folder),
    ):
        with pytest.raises(kind, match=said):
            ask()


def test_the_only_one_whatever_it_is_called(weights, tmp_path):
    put(weights, tmp_path / "mine.safetensors")
    assert_taken(tmp_path, [tmp_path / "mine.safetensors"])


@pytest.mark.parametrize("name", weight_files.USUAL)
def test_a_usual_name_goes_before_others(weights, tmp_path, name):
    (tmp_path / "a.safetensors").write_bytes(b"something else")
    put(weights, tmp_path / name)
    assert_taken(tmp_path, [tmp_path / name])


@pytest.mark.parametrize("name", ["model", "text_encoder"])
def test_parts_that_an_index_lists_and_nothing_beside_them(weights, tmp_path, name):
    parts = in_parts(weights, tmp_path, name)
    (tmp_path / "lora.safetensors").write_bytes(b"something else")
    assert_taken(tmp_path, parts)


def test_the_whole_goes_before_its_parts(weights, tmp_path):
    in_parts(weights, tmp_path)
    put(weights, tmp_path / "model.safetensors")
    assert_taken(tmp_path, [tmp_path / "model.safetensors"])


def test_of_several_none_is_guessed(weights, tmp_path):
    put(weights, tmp_path / "clip_g.safetensors", tmp_path / "clip_g_tuned.safetensors")
    said = r"several networks: clip_g\.safetensors, clip_g_tuned\.safetensors\. Choose one file"
    assert_refused(tmp_path, WeightsUnusable, said)


def test_of_very_many_some_are_named(tmp_path):
    for number in range(9):
        (tmp_path / f"{number}.safetensors").touch()
    assert_refused(tmp_path, WeightsUnusable, r"0\.safetensors, .*4\.safetensors and 4 more\.")


def test_of_several_lists_of_parts_none_is_guessed(weights, tmp_path):
    for name in ("one", "two"):
        in_parts(weights, tmp_path, name)
    assert_refused(tmp_path, WeightsUnusable, r"one\.safetensors\.index\.json, two\.safe")


def test_the_parts_of_none_are_not_taken_for_all(weights, tmp_path):
    in_parts(weights, tmp_path)
    (tmp_path / INDEX).unlink()
    assert_refused(tmp_path, WeightsUnusable, "several networks: model-00001-of-00002")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"weight_map": 3}',
        '{"weight_map": {}}',
        '{"weight_map": ' + "[" * 100_000,
        "\0\xff",
    ],
)
def test_an_index_that_is_damaged(tmp_path, text):
    (tmp_path / INDEX).write_text(text, "latin-1")
    assert_refused(tmp_path, WeightsUnusable, "is damaged; get it again")


def test_an_index_that_is_enormous_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(weight_files, "_MOST_INDEX", 10)
    (tmp_path / INDEX).write_text(json.dumps({"weight_map": {"x": "a.safetensors"}}))
    assert_refused(tmp_path, WeightsUnusable, "is damaged")


@pytest.mark.parametrize("name", ["gone.safetensors", "../../etc/passwd", "/etc/passwd"])
def test_a_part_that_is_missing_or_elsewhere(tmp_path, name):
    (tmp_path / INDEX).write_text(json.dumps({"weight_map": {"x": name}}))
    assert_refused(tmp_path, WeightsUnusable, f"lacks {Path(name).name}")


def test_nothing_and_pickles(tmp_path):
    assert_refused(tmp_path / "nowhere", WeightsMissing, "nothing at")
    assert_refused(tmp_path, WeightsMissing, "holds no")
    (tmp_path / "pytorch_model.bin").touch()
    assert_refused(tmp_path, WeightsUnusable, "pickled")


def fetched(spec: specs.Spec) -> str:
    return Path(spec.source.file).name


@pytest.mark.parametrize("spec", specs.every().values(), ids=lambda spec: spec.key)
def test_what_is_fetched_has_a_usual_name(spec):
    assert fetched(spec) in weight_files.USUAL
