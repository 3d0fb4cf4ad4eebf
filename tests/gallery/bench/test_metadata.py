import pytest

from dtoolkit.core.bench import Bench
from dtoolkit.core.errors import BadInput
from gallery.bench import metadata, samples
from gallery.bench.manifests import Sample
from gallery.metadata import GenerationParameters


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setattr(metadata, "_LEAST_SECONDS", 0)
    monkeypatch.setattr(metadata, "_TIMES", 1)
    return Bench(None, tmp_path, 0.05, None)


def test_files_of_its_own_are_read_right(bench):
    figures = metadata.run(bench)
    assert figures["files"] == 30
    assert figures["fields_right_w"] == 1.0, bench.remarks
    assert figures["false_prompts"] == 0
    assert bench.remarks == []
    assert figures["vs_raw"] > 0
    assert figures["vs_sd_parsers"] > 0
    assert 0 < figures["sd_parsers_right_w"] < 1
    assert figures["right_w_comfyui"].endswith(" of 129")


def test_what_is_wrong_is_said(bench):
    right, wrong, control = (Sample(None, name, "x", "A", {"seed": "5"}) for name in "abc")
    control = Sample(None, "c", "none", "", is_control=True)
    answers = {"a": 5, "b": 6, "c": 7}
    found = metadata.score(
        [right, wrong, control],
        lambda sample: GenerationParameters("x", "x", prompt="a", seed=answers[sample.name]),
    )
    assert found.share("A") == 0.5
    assert (found.perfect, found.parsed) == (1, 3)
    assert found.wrong == [(wrong, "seed", "5", "6")]
    assert found.false_prompts == [control]


def test_a_folder_without_a_manifest_is_refused(bench, tmp_path):
    bench.corpus = tmp_path
    with pytest.raises(BadInput, match=r"no manifest\.tsv"):
        metadata.run(bench)


def test_a_collection_is_read_with_its_sidecars(bench, tmp_path):
    folder = tmp_path / "mine"
    samples.write(folder, 1)
    for place in folder.iterdir():
        if not place.name.startswith("control-0"):
            place.unlink()
    (folder / "control-0.txt").write_text("a cat\nSteps: 7, Sampler: x, Seed: 5, Size: 8x8")
    header = "file\tgenerator\ttier\texp_prompt\texp_seed\texpectation_source\n"
    row = "control-0.png\ta1111\tW\ta cat\t5\tsidecar .txt\n"
    (folder / "manifest.tsv").write_text(header + row)
    bench.corpus = folder
    figures = metadata.run(bench)
    assert figures["fields_right_w"] == 1.0
    assert "fields_right_a" not in figures
