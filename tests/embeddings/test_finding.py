"""Where weights are found, which ones they are, and which are refused."""

import shutil

import pytest

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.inference import specs
from dtoolkit.inference.errors import WeightsMissing, WeightsUnusable
from embeddings.models import Weights
from embeddings.services import finding, identity, weights
from tests.embeddings import checkpoints

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(tmp_path, settings, monkeypatch):
    """An own folder, ComfyUI's and a hub's cache, all of this test."""
    comfyui = tmp_path / "ComfyUI" / "models"
    (comfyui / "text_encoders").mkdir(parents=True)
    (comfyui / "clip_vision").mkdir()
    changes = {"models_dir": tmp_path / "own", "comfyui_models": comfyui}
    settings.ENV = settings.ENV.model_copy(update=changes)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path


def put(path, kind, seed=0):
    """A tiny checkpoint at `path`."""
    folder = path.parent / f"made-{path.stem}"
    if kind == "clip-h":
        made = checkpoints.tiny_clip_vision(folder, seed)
    else:
        made = checkpoints.tiny_clip_text(folder, kind, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, path)
    shutil.rmtree(folder)


def row(key):
    return Weights.objects.filter(network=key).first()


def test_where_nothing_is_all_are_missing(places):
    finding.refresh()
    assert not Weights.objects.exists()
    assert weights.model_key("clip-l") is None
    with pytest.raises(WeightsMissing, match=r"not installed: 1\.7 GB"):
        weights.located(specs.get("clip-l"))


def test_comfyui_s_copy_is_found_and_the_own_one_goes_before_it(places):
    theirs = places / "ComfyUI/models/text_encoders/clip_l.safetensors"
    put(theirs, "clip-l")
    finding.refresh()
    assert (row("clip-l").path, row("clip-l").source) == (str(theirs), "folder")
    assert weights.located(specs.get("clip-l")).path == theirs
    ours = places / "own/clip_l.safetensors"
    put(ours, "clip-l", seed=1)
    before = row("clip-l").model_key
    finding.refresh()
    assert row("clip-l").path == str(ours)
    assert row("clip-l").model_key != before


def test_the_hub_s_cache_counts_at_the_revision_of_the_spec_only(places):
    source = specs.get("clip-h").source
    for revision in ("another", source.revision):
        snapshots = places / "hub/models--laion--CLIP-ViT-H-14-laion2B-s32B-b79K/snapshots"
        folder = snapshots / revision
        folder.mkdir(parents=True)
        put(folder / source.file, "clip-h")
        finding.refresh()
        assert (row("clip-h") is not None) == (revision == source.revision)
    assert row("clip-h").source == "hub"


def test_what_vanished_is_missing_again(places):
    theirs = places / "ComfyUI/models/text_encoders/clip_g.safetensors"
    put(theirs, "clip-g")
    finding.refresh()
    assert weights.model_key("clip-g")
    theirs.unlink()
    finding.refresh()
    assert weights.model_key("clip-g") is None


def test_a_person_s_choice_stays_and_its_problem_is_told(places):
    mine = places / "mine.safetensors"
    put(mine, "clip-l")
    finding.use("clip-l", mine)
    theirs = places / "ComfyUI/models/text_encoders/clip_l.safetensors"
    shutil.copy(mine, theirs)
    finding.refresh()
    assert row("clip-l").path == str(mine)
    mine.unlink()
    finding.refresh()
    assert row("clip-l").problem == f"There is nothing at {mine}."
    assert weights.model_key("clip-l") is None
    with pytest.raises(WeightsUnusable, match="cannot be used"):
        weights.located(specs.get("clip-l"))
    finding.forget("clip-l")
    assert row("clip-l").path == str(theirs)


def test_the_key_is_the_content_s_not_the_path_s(places):
    one, two = places / "one.safetensors", places / "two.safetensors"
    put(one, "clip-l")
    shutil.copy(one, two)
    spec = specs.get("clip-l")
    assert identity.model_key(spec, one) == identity.model_key(spec, two)
    assert identity.model_key(spec, one).startswith("clip-l@")


def test_a_refused_choice_leaves_what_was_used(places):
    good = places / "good.safetensors"
    put(good, "clip-l")
    finding.use("clip-l", good)
    other = places / "other.safetensors"
    put(other, "clip-g")
    with pytest.raises(BadInput, match="64 wide where CLIP-L text encoder is 768"):
        finding.use("clip-l", other)
    assert row("clip-l").path == str(good)
    assert not row("clip-l").problem


def test_a_network_that_is_unknown_is_told(places):
    with pytest.raises(NotFound, match="There is no network t5"):
        finding.use("t5", places)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: file.write_bytes(b""), "cut off"),
        (lambda file: file.write_bytes(b"\xff" * 100), "cut off"),
        (lambda file: file.write_bytes((2).to_bytes(8, "little") + b"{}"), "cut off"),
        (
            lambda file: file.write_bytes((20).to_bytes(8, "little") + b'{"a":{"shape":[1]}} '),
            "cut",
        ),
        (lambda file: put(file, "clip-h"), "holds no weights of BGE"),
    ],
)
def test_what_is_no_such_network_is_refused_in_words(places, make, said):
    file = places / "weights.safetensors"
    make(file)
    with pytest.raises(WeightsUnusable, match=said):
        identity.check(specs.get("bge-large"), file)


def test_a_truncated_file_is_refused(places):
    file = places / "weights.safetensors"
    put(file, "clip-l")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    with pytest.raises(WeightsUnusable, match="cut off"):
        identity.check(specs.get("clip-l"), file)


def test_pickles_are_refused(places):
    file = places / "pytorch_model.bin"
    file.write_bytes(b"\x80\x04.")
    with pytest.raises(WeightsUnusable, match="pickled"):
        identity.check(specs.get("clip-l"), file)


def test_a_scan_registers_what_is_missing_and_nothing_else(places):
    folder = places / "elsewhere"
    (folder / "clip").mkdir(parents=True)
    (folder / "clip_vision").mkdir()
    put(folder / "clip/clip_l.safetensors", "clip-l")
    put(folder / "clip_vision/clip_vision_h.safetensors", "clip-h")
    assert finding.scan(folder) == ["clip-l", "clip-h"]
    assert finding.scan(folder) == []
    finding.refresh()
    assert row("clip-h").path == str(folder / "clip_vision/clip_vision_h.safetensors")
    with pytest.raises(NotFound):
        finding.scan(places / "nowhere")


def test_nothing_is_written_where_nothing_changed(places):
    mine = places / "mine.safetensors"
    put(mine, "clip-l")
    finding.use("clip-l", mine)
    at = row("clip-l").checked_at
    finding.refresh()
    assert row("clip-l").checked_at == at


@pytest.mark.parametrize("spec", specs.every().values(), ids=lambda spec: spec.key)
def test_weights_are_fetched_last_so_that_none_count_before_all_is_there(spec):
    assert spec.source.files[-1] == spec.source.file
