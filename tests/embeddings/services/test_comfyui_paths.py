"""Folders of ComfyUI's `extra_model_paths.yaml`, and files that are broken or meant to harm."""

import logging
import shutil
import time

import pytest
from django.urls import reverse

from embeddings.models import Weights
from embeddings.services import comfyui_paths, finding
from tests.embeddings import checkpoints

ORDINARY = """
#Rename this to extra_model_paths.yaml
comfyui:
    base_path: {base}
    is_default: true
    checkpoints: models/checkpoints/
    text_encoders: |
        models/text_encoders/
        models/clip/  # legacy
    clip_vision: models/clip_vision/
    loras: models/loras/
a111:
    base_path: ../webui
    checkpoints: models/Stable-diffusion
elsewhere:
    clip: ~/encoders
    clip_vision: $VISION/here
empty:
"""


@pytest.fixture
def comfyui(tmp_path):
    folder = tmp_path / "ComfyUI"
    (folder / "models").mkdir(parents=True)
    return folder


def beside(comfyui, text: str | bytes) -> comfyui_paths.Extra:
    data = text if isinstance(text, bytes) else text.encode()
    (comfyui / comfyui_paths.FILE).write_bytes(data)
    comfyui_paths._read.cache_clear()
    return comfyui_paths.beside(comfyui / "models")


def test_folders_of_all_sections_are_found(comfyui, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VISION", str(tmp_path / "vision"))
    found = beside(comfyui, ORDINARY.format(base=tmp_path / "big disk"))
    assert found.problem == ""
    assert set(found.folders) == {
        tmp_path / "big disk/models/checkpoints",
        tmp_path / "big disk/models/text_encoders",
        tmp_path / "big disk/models/clip/  # legacy",
        tmp_path / "big disk/models/clip_vision",
        tmp_path / "webui/models/Stable-diffusion",
        tmp_path / "home/encoders",
        tmp_path / "vision/here",
    }


def test_without_the_file_there_are_none(comfyui):
    assert comfyui_paths.beside(comfyui / "models").folders == ()
    assert beside(comfyui, "").folders == ()
    assert beside(comfyui, "# nothing\n").problem == ""


BOMB = "a: &a {x: y}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join(['*' + before] * 9)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "\tx: y",
        "just text",
        "- a\n- list",
        "a: b\n",
        "a: {base_path: [1], clip: x}",
        "a: {clip: [one, two]}",
        'a: {clip: "\\0\\x1b[31m"}',
        'a: {clip: "\\ud800"}',
        "a: !!python/object/apply:os.system [touch /tmp/x]",
        "a: !!bool perhaps",
        "a: !!int ''",
        "a: !!timestamp never",
        "a: " + "9" * 9999,
        "a: 2020-99-99",
        "? [a, b]\n: c",
        "[" * 60_000,
        "- " * 30_000,
        "a: {clip: \n" + " x:\n" * 12_000,
        '"' * 60_000,
        "&a " * 20_000,
        "a: &a [*a]\nb: *nobody",
        BOMB,
        b"\xff\xfe\x00",
        b"\x80\x81",
        b"a: \x00",
        "a: {clip: x}\n" * 20_000,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_is_broken_or_hostile_is_told_and_harms_nobody(comfyui, text, caplog):
    began = time.monotonic()
    found = beside(comfyui, text)
    assert time.monotonic() - began < 5
    assert found.problem
    assert found.problem.isprintable()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    comfyui_paths.beside(comfyui / "models")
    assert len(caplog.records) == 1


def test_of_a_file_that_is_half_right_that_half_counts(comfyui):
    found = beside(comfyui, "good: {clip: one}\nbad: 3\nworse: {clip: two, clip_vision: [x]}")
    assert found.folders == (comfyui / "one", comfyui / "two")
    assert found.problem == "bad is no section, worse has a clip_vision that is no text"


def test_no_more_than_some_folders_count(comfyui):
    found = beside(comfyui, "a:\n  clip: |\n" + "".join(f"    folder{n}\n" for n in range(99)))
    assert len(found.folders) == 64
    assert "only the first 64" in found.problem


def test_a_file_that_changes_is_read_again(comfyui):
    assert beside(comfyui, "a: {clip: one}").folders == (comfyui / "one",)
    (comfyui / comfyui_paths.FILE).write_text("a: {clip: another}")
    assert comfyui_paths.beside(comfyui / "models").folders == (comfyui / "another",)


@pytest.fixture
def ours(comfyui, tmp_path, settings, monkeypatch):
    changes = {"models_dir": tmp_path / "own", "comfyui_models": comfyui / "models"}
    settings.ENV = settings.ENV.model_copy(update=changes)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.mark.django_db
def test_weights_there_are_used(ours, comfyui, tmp_path):
    made = checkpoints.tiny_clip_text(tmp_path / "made", "clip-l")
    there = tmp_path / "disk/encoders/clip_l.safetensors"
    there.parent.mkdir(parents=True)
    shutil.move(made, there)
    beside(comfyui, "other:\n  base_path: ../disk\n  text_encoders: |\n    nowhere\n    encoders\n")
    finding.refresh()
    assert Weights.objects.get().path == str(there)
    Weights.objects.all().delete()
    assert finding.scan(comfyui / "models") == ["clip-l"]


@pytest.mark.django_db
def test_what_cannot_be_looked_at_is_passed_over(ours, comfyui):
    beside(comfyui, f"a: {{clip: {'x' * 300}}}\nb: {{clip: /root/closed}}\nc: {{clip: /dev/null}}")
    finding.refresh()
    assert not Weights.objects.exists()


@pytest.mark.django_db
def test_the_page_and_the_command_say_what_is_wrong(ours, comfyui, client, capsys):
    from django.core.management import call_command

    beside(comfyui, "a: {clip: <b>one</b>}\n'<i>': 3")
    shown = client.get(reverse("networks")).content.decode()
    assert f"{comfyui}/&lt;b&gt;one&lt;/b&gt;/clip_l.safetensors" in shown
    assert "&lt;i&gt; is no section" in shown
    assert not Weights.objects.exists()
    call_command("models")
    assert "(<i> is no section)" in capsys.readouterr().out
