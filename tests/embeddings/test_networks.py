"""The page and the command of networks, and the jobs that fetch."""

import json
import os
import time

import huggingface_hub
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from dtoolkit.inference import specs
from dtoolkit.inference.devices import Device
from dtoolkit.inference.loading import Located
from dtoolkit.inference.pool import Loaded, Pool
from dtoolkit.jobs.models import Job
from embeddings.models import Weights
from embeddings.services import getting, in_memory
from tests.embeddings.test_finding import places, put

pytestmark = pytest.mark.django_db
__all__ = ["places"]


class Progress:
    def __init__(self):
        self.told = []

    def report(self, done, failed=0, message="", found=None):
        self.told.append((done, message))

    def check(self):
        pass


def test_the_page_says_of_each_what_is_missing_and_how_to_get_it(client, places):
    page = client.get(reverse("networks")).content.decode()
    for title in ("BGE large", "CLIP-L", "CLIP-G", "CLIP ViT-H/14"):
        assert title in page
    assert page.count(">missing<") == 4
    assert str(places / "own/clip-h") in page
    assert "CreativeML Open RAIL++-M" in page


def test_own_weights_are_used_and_a_wrong_path_is_told_with_what_was_typed(client, places):
    file = places / "mine.safetensors"
    put(file, "clip-l")
    wrong = client.post(reverse("use-network", args=["clip-l"]), {"path": str(places / "no")})
    assert wrong.status_code == 400
    assert f"There is nothing at {places / 'no'}." in wrong.content.decode()
    used = client.post(reverse("use-network", args=["clip-l"]), {"path": str(file)}, follow=True)
    assert used.content.decode().count("ready") >= 1
    assert Weights.objects.get().path == str(file)
    client.post(reverse("use-network", args=["clip-l"]), {"path": ""})
    assert not Weights.objects.exists()


def test_comfyui_s_folder_is_looked_through(client, places):
    put(places / "ComfyUI/models/clip_vision/clip_vision_h.safetensors", "clip-h")
    client.post(reverse("scan-networks"), {"path": str(places / "ComfyUI/models")})
    assert Weights.objects.get().network == "clip-h"
    bad = client.post(reverse("scan-networks"), {"path": "/nowhere"})
    assert (bad.status_code, "There is no folder /nowhere." in bad.content.decode()) == (404, True)


def test_a_download_is_a_job_shown_on_the_page(client, places):
    client.post(reverse("download-network", args=["clip-l"]))
    assert Job.objects.get().params == {"network": "clip-l"}
    assert "downloading" in client.get(reverse("networks")).content.decode()
    assert client.post(reverse("download-network", args=["nothing"])).status_code == 404


def test_strangers_neither_install_nor_point(client, places, settings):
    settings.IS_LOOPBACK = False
    for name, args in (
        ("install-libraries", []),
        ("use-network", ["clip-l"]),
        ("scan-networks", []),
    ):
        answer = client.post(reverse(name, args=args), REMOTE_ADDR="203.0.113.9")
        assert answer.status_code in {302, 403}
    assert not Job.objects.exists()


def test_a_hub_that_cannot_be_reached_is_told_with_what_to_do(places, monkeypatch):
    def unreachable(*args, **options):
        raise OSError("Connection refused\nmore")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", unreachable)
    with pytest.raises(getting.NotFetched, match=r"Connection refused\. Without a network, put"):
        getting.download("clip-l", Progress())


def test_what_was_fetched_is_found(places, monkeypatch):
    def fetch(repository, name, *, revision, local_dir, tqdm_class):
        meter = tqdm_class(total=10, unit="B", initial=0)
        meter.update(3_000_000)
        meter.close()
        put(local_dir / name, "clip-l")
        return str(local_dir / name)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fetch)
    progress = Progress()
    getting.download("clip-l", progress)
    assert (3, "") in progress.told
    assert Weights.objects.get().path == str(places / "own/clip-l/model.safetensors")


def test_what_other_processes_hold_is_shown_until_they_tell_no_more(client, places, settings):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": places})
    now = time.monotonic()
    in_memory.tell([Loaded(specs.get("clip-h"), "cuda:0", "k", None, 3000, now, now - 7)])
    page = client.get(reverse("networks")).content.decode()
    assert "in memory on cuda:0, 3,000 MB; idle for 7 s, goes after 60 s" in page
    (file,) = (places / "devices").glob("*.json")
    os.utime(file, (now - 100, time.time() - 100))
    assert in_memory.all_processes() == []
    assert not file.exists()


def test_idle_networks_are_removed_from_the_memory_of_every_process(client, places, settings):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": places})
    spec = specs.get("clip-h")
    pool = Pool(
        (Device("cpu"),), lambda spec: Located(places, "k"), lambda spec, located, device: "adapter"
    )
    with pool.lease(spec.key):
        in_memory.keep_in_touch(pool)
    page = client.get(reverse("networks")).content.decode()
    assert "in memory on cpu" in page
    assert 'hx-trigger="every 3s, ' in page
    client.post(reverse("release-networks"))
    with pool.lease(spec.key):
        in_memory.keep_in_touch(pool)
        assert len(pool.standing()) == 1
    client.post(reverse("release-networks"))
    in_memory.keep_in_touch(pool)
    assert pool.standing() == []
    page = client.get(reverse("networks")).content.decode()
    assert "in memory on" not in page
    assert "every 3s" not in page
    with pool.lease(spec.key):
        pass
    in_memory.keep_in_touch(pool)
    assert len(pool.standing()) == 1


def test_a_full_disk_does_not_end_what_keeps_the_pool(places, settings, caplog):
    (places / "file").write_bytes(b"")
    settings.ENV = settings.ENV.model_copy(update={"data_dir": places / "file"})
    in_memory.keep_in_touch(Pool((Device("cpu"),), lambda spec: Located(places, "k")))
    assert "cannot be told" in caplog.text


def test_the_command_lists_uses_scans_and_forgets(places, capsys):
    file = places / "mine.safetensors"
    put(file, "clip-l")
    call_command("models", use=["clip-l", str(file)], json=True)
    listed = {each["key"]: each for each in json.loads(capsys.readouterr().out)}
    assert listed["clip-l"]["state"] == "ready"
    assert listed["bge-large"]["state"] == "missing"
    assert listed["bge-large"]["looked_at"]
    call_command("models", forget="clip-l")
    said = capsys.readouterr().out
    assert "clip-l     CLIP-L text encoder: missing" in said
    assert "manage.py models --download clip-l" in said
    with pytest.raises(CommandError, match="There is no network t5"):
        call_command("models", use=["t5", str(file)])
    with pytest.raises(CommandError, match="There is no network t5"):
        call_command("models", download="t5")
    call_command("models", scan=str(places / "ComfyUI/models"))
    assert "Nothing new was found." in capsys.readouterr().out
