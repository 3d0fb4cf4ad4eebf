"""Pictures from disk, and texts, to stored vectors, beside the bare rate of the same networks.

Weights are random, sizes real: on a processor a ViT-B/32 and a BERT as wide as BGE large and a
quarter as deep, on a card a ViT-H/14 and all of BGE large. Pictures are PNG, JPEG and WebP of 512
to 1024 px, soft shapes with grain as photos have it; texts are of 10 to 120 words. Bare is the same
module in the same batches on tensors that lie in the device's memory.
"""

import gc
import json
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import transaction

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.inference import pool, specs
from dtoolkit.inference.devices import Device
from dtoolkit.inference.loading import Located, load
from dtoolkit.inference.pool import Pool
from dtoolkit.inference.specs import Spec
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from embeddings.models import ClipHVector, PromptVector, Weights
from embeddings.services import encoding, networks, weights
from gallery.models import Image, Prompt
from gallery.pipeline import runner
from gallery.pipeline.stages import Cluster, Outcome
from gallery.querysets import ImageQuerySet
from gallery.services import roots

PICTURES, TEXTS, ROUNDS = 256, 256, 3
_WORDS = 3000


def run(bench: Bench) -> Figures:
    device = settings.DEVICES[0].name if settings.DEVICES else "cpu"
    is_card = device.startswith("cuda")
    bench.say("Writing weights and pictures")
    head_width = _write_vision(bench.folder / "vision.safetensors", is_card)
    _write_bge(bench.folder / "bge", 24 if is_card else 6)
    _use(bench.folder, device, head_width)
    try:
        figures = {**_pictures(bench), **_texts(bench)}
    finally:
        pool.configure(networks.make_pool)
    return {"device": device, **figures}


def _pictures(bench: Bench) -> Figures:
    count = bench.scaled(PICTURES)
    _write_pictures(bench.folder / "library", count)
    root = roots.add(roots.collection("default"), bench.folder / "library")
    for kind in ("quick_scan", "deep_scan"):
        run_inline(enqueue(kind, {"root_id": root.pk}))
    ids = list(Image.objects.values_list("pk", flat=True))
    bench.say(f"Embedding {len(ids)} pictures {ROUNDS} times, beside the bare network")
    stage, memory, bare, whole = _Stage(), list[int](), list[float](), list[float]()
    runner.run(ids[: len(ids) // 4], [stage], _Quiet())
    for _ in range(ROUNDS):
        bare.append(_timed(lambda: _bare_pictures(count)))
        ClipHVector.objects.all().delete()
        whole.append(_timed(lambda: runner.run(ids, [stage], _Quiet())))
        gc.collect()
        memory.append(psutil.Process().memory_info().rss)
    if ClipHVector.objects.count() != count:
        raise RuntimeError("Not all pictures could be embedded.")
    return {
        "pictures": count,
        "forward_pictures_per_s": round(count / min(bare), 2),
        "pictures_per_s": round(count / min(whole), 2),
        "pictures_vs_forward": round(min(bare) / min(whole), 3),
        "memory_growth": round(memory[-1] / memory[0], 3),
    }


def _bare_pictures(count: int) -> None:
    import torch

    size = specs.get("clip-h").batch
    with pool.lease("clip-h") as encoder, torch.inference_mode():
        module = encoder._loaded()
        weight = module.conv1.weight
        given = torch.randn(min(size, count), 3, 224, 224, device=weight.device, dtype=weight.dtype)
        for first in range(0, count, size):
            module(given[: min(size, count - first)]).float().cpu()


def _texts(bench: Bench) -> Figures:
    rng = random.Random(5)
    words = [" ".join(f"word{rng.randrange(_WORDS)}" for _ in range(rng.randint(10, 120)))
             for _ in range(bench.scaled(TEXTS))]  # fmt: skip
    Prompt.objects.bulk_create(
        [Prompt(digest=uuid.UUID(int=number), text=text) for number, text in enumerate(words)]
    )
    rows = list(Prompt.objects.order_by("pk"))
    bench.say(f"Embedding {len(rows)} texts {ROUNDS} times, beside the bare network")
    encoding.texts("bge-large", words[:8])
    bare, whole = list[float](), list[float]()
    for _ in range(ROUNDS):
        bare.append(_bare_texts(words))
        PromptVector.objects.all().delete()
        whole.append(_timed(lambda: _embed_texts(rows)))
    return {
        "texts": len(rows),
        "forward_texts_per_s": round(len(rows) / min(bare), 2),
        "texts_per_s": round(len(rows) / min(whole), 2),
        "texts_vs_forward": round(min(bare) / min(whole), 3),
    }


def _embed_texts(rows: Sequence[Prompt]) -> None:
    made = encoding.texts("bge-large", [row.text for row in rows]).vectors
    PromptVector.objects.bulk_create(
        [
            PromptVector(prompt=row, model_key="bench", vector=made[at])
            for at, row in enumerate(rows)
        ]
    )


def _bare_texts(texts: Sequence[str]) -> float:
    """Seconds of the forward passes alone, in the batches that `Bge` makes of texts in order."""
    import torch

    size = specs.get("bge-large").batch
    texts = sorted(texts, key=len, reverse=True)
    with pool.lease("bge-large") as encoder, torch.inference_mode():
        batches = []
        for first in range(0, len(texts), size):
            pieces, _ = encoder._pieces(texts[first : first + size])
            length = max(map(len, pieces))
            ids = torch.tensor([piece + [0] * (length - len(piece)) for piece in pieces])
            seen = (ids != 0).long()
            device = encoder._model.device
            batches.append({"input_ids": ids.to(device), "attention_mask": seen.to(device)})
        return _timed(
            lambda: [encoder._model(dict(b))["sentence_embedding"].float().cpu() for b in batches]
        )


class _Stage:
    """From a decoded picture to a row, as the stage of the space does."""

    name, version, label, pixels = "bench_looks", 1, "looks", 2048
    cluster: Cluster = "gpu"

    def is_ready(self) -> bool:
        return True

    def missing(self, images: ImageQuerySet) -> ImageQuerySet:
        return images.available().exclude(pk__in=ClipHVector.objects.values("pk"))

    def begin(self, count: int) -> None: ...

    def end(self) -> None: ...

    def adopt(self, image_ids: Sequence[int]) -> None: ...

    def prepare(self, content: Any, picture: Any) -> Any:
        from embeddings.encoders import clip_pixels

        return content.fingerprint, clip_pixels.prepare(picture.pixels)

    def run(self, batch: Sequence[tuple[Image, Any]]) -> Outcome:
        made = encoding.pictures("clip-h", [pixels for _, (_, pixels) in batch])
        return Outcome({
            image.pk: (content, made.vectors[row])
            for row, (image, (content, _)) in enumerate(batch)
        })  # fmt: skip

    def save(self, results: Mapping[int, Any]) -> None:
        with transaction.atomic():
            ClipHVector.objects.bulk_create([
                ClipHVector(image_id=pk, content=content, model_key="bench", vector=vector)
                for pk, (content, vector) in results.items()
            ])  # fmt: skip


def _use(folder: Path, device: str, head_width: int) -> None:
    for network, path in (("clip-h", "vision.safetensors"), ("bge-large", "bge")):
        Weights.objects.create(
            network=network, path=str(folder / path), source="person", model_key=f"{network}@bench"
        )

    def load_(spec: Spec, located: Located, where: str) -> Any:
        from embeddings.encoders.checkpoints import Checkpoint
        from embeddings.encoders.clip_vision import ClipVision
        from embeddings.encoders.running import placed

        if spec.key != "clip-h":
            return load(spec, located, where)
        return ClipVision(Checkpoint(located.path), *placed(where, "auto"), head_width)

    pool.configure(lambda: Pool((Device(device),), weights.located, load_))


def _write_vision(path: Path, is_card: bool) -> int:
    from open_clip.transformer import VisionTransformer
    from safetensors.torch import save_file

    patch, width, layers, heads = (14, 1280, 32, 16) if is_card else (32, 768, 12, 12)
    module = VisionTransformer(224, patch, width, layers, heads, 4.0, output_dim=1024)
    save_file({f"visual.{key}": value for key, value in module.state_dict().items()}, path)
    return width // heads


def _write_bge(folder: Path, layers: int) -> None:
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"word{n}" for n in range(_WORDS))]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}', "utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=1024, num_hidden_layers=layers, num_attention_heads=16,
        intermediate_size=4096,
    )  # fmt: skip
    save_file(BertModel(config).state_dict(), folder / "model.safetensors", {"format": "pt"})
    described = json.dumps({**config.to_dict(), "model_type": "bert"})
    (folder / "config.json").write_text(described, "utf-8")


def _write_pictures(folder: Path, count: int) -> None:
    import numpy as np
    from PIL import Image as Pillow

    folder.mkdir()
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("png", "PNG", {}),
        ("jpg", "JPEG", {"quality": 92}),
        ("webp", "WEBP", {"quality": 90}),
    )
    for number in range(count):
        rng = np.random.default_rng(number)
        size = (512, 768, 1024)[number // 3 % 3]
        small = Pillow.fromarray(rng.integers(0, 256, (24, 24, 3), dtype=np.uint8))
        soft = np.asarray(small.resize((size, size), Pillow.Resampling.BICUBIC), np.float32)
        grainy = (soft + rng.normal(0, 4, (size, size, 1))).clip(0, 255).astype(np.uint8)
        suffix, form, options = kinds[number % 3]
        Pillow.fromarray(grainy).save(folder / f"{number:05d}.{suffix}", form, **options)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


class _Quiet:
    """Progress that nobody looks at."""

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None: ...

    def check(self) -> None: ...
