"""Pictures from disk, and texts, to stored vectors, beside the bare rate of the same networks.

Weights are random, sizes real: on a processor a ViT-B/32 and a BERT as wide as BGE large and a
quarter as deep, on a card a ViT-H/14 and all of BGE large. Pictures are PNG, JPEG and WebP of 512
to 1024 px, soft shapes with grain as photos have it; texts are of 10 to 120 words. Bare is the same
module given the same tensors again, which lie in the device's memory.

Where the network runs on a processor all times are the processor's own, so that other work on the
machine does not count, and decoding takes from the network what it costs. On a card they are a
clock's.
"""

import gc
import random
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.inference import pool
from dtoolkit.inference.devices import Device
from dtoolkit.inference.loading import Located, load
from dtoolkit.inference.pool import Pool
from dtoolkit.inference.specs import Spec
from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from embeddings.bench import made_weights
from embeddings.models import ClipHVector, PromptVector, Weights
from embeddings.services import embedding, networks, weights
from embeddings.spaces import SPACES
from embeddings.stages import ClipHStage
from gallery.media import files
from gallery.models import Image, Prompt
from gallery.pipeline import runner
from gallery.pipeline.stages import Outcome
from gallery.services import roots

PICTURES, TEXTS = {"cpu": 128, "cuda": 1024}, {"cpu": 64, "cuda": 1024}
ROUNDS = 3

Clock = Callable[[], float]


def run(bench: Bench) -> Figures:
    device = settings.DEVICES[0].name if settings.DEVICES else "cpu"
    kind = device.partition(":")[0]
    is_card = kind == "cuda"
    clock = time.perf_counter if is_card else time.process_time
    bench.say("Writing weights and pictures")
    patch, width, layers, heads = (14, 1280, 32, 16) if is_card else (32, 768, 12, 12)
    made_weights.vision(bench.folder / "vision.safetensors", patch, width, layers, heads)
    made_weights.bge(bench.folder / "bge", 24 if is_card else 6)
    _use(bench.folder, device, width // heads)
    try:
        figures = {
            **_pictures(bench, bench.scaled(PICTURES[kind]), clock),
            **_texts(bench, bench.scaled(TEXTS[kind]), clock),
        }
    finally:
        pool.configure(networks.make_pool)
    return {"device": device, **figures}


def _pictures(bench: Bench, count: int, clock: Clock) -> Figures:
    _write_pictures(bench.folder / "library", count)
    root = roots.add(roots.collection("default"), bench.folder / "library")
    for kind in ("quick_scan", "deep_scan"):
        run_inline(enqueue(kind, {"root_id": root.pk}))
    ids = list(Image.objects.values_list("pk", flat=True))
    bench.say(f"Embedding {count} pictures {ROUNDS} times, beside the bare network")
    stage, starved, memory = _TimedStage(is_rebuild=True), list[float](), list[int]()

    def embed() -> None:
        start, stage.busy_s = time.perf_counter(), 0.0
        runner.run(ids, [stage], Unwatched())
        starved.append(1 - stage.busy_s / (time.perf_counter() - start))
        gc.collect()
        memory.append(psutil.Process().memory_info().rss)

    with pool.lease("clip-h") as encoder:
        turns = _in_turns(encoder._loaded(), embed, clock)
    if ClipHVector.objects.count() != count:
        raise RuntimeError("Not all pictures could be embedded.")
    decode_s = _decode_s(stage)
    if clock is time.process_time:
        possible_s = turns.bare_s + decode_s
    else:
        possible_s = max(turns.bare_s, decode_s / (psutil.cpu_count() or 1))
    return {
        "pictures": count,
        "forward_pictures_per_s": round(count / turns.bare_s, 2),
        "pictures_per_s": round(count / turns.whole_s, 2),
        "pictures_vs_forward": round(turns.bare_s / turns.whole_s, 3),
        "pictures_vs_possible": round(possible_s / turns.whole_s, 3),
        "decode_ms": round(decode_s * 1000 / count, 2),
        "starved": round(min(starved[1:]), 3),
        "memory_growth": round(memory[-1] / memory[1], 3),
    }


def _decode_s(stage: ClipHStage) -> float:
    """Of one core, from files to what the network is given."""
    start = time.thread_time()
    for image in Image.objects.select_related("folder__root"):
        with files.opened(image) as content:
            stage.prepare(content, content.picture(stage.pixels))
    return time.thread_time() - start


def _texts(bench: Bench, count: int, clock: Clock) -> Figures:
    rng = random.Random(5)
    prompts = Prompt.objects.bulk_create(
        Prompt(
            digest=uuid.UUID(int=number),
            text=" ".join(
                f"word{rng.randrange(made_weights.WORDS)}" for _ in range(rng.randint(10, 120))
            ),
        )
        for number in range(count)
    )
    for image, prompt in zip(Image.objects.all(), prompts, strict=False):
        Image.objects.filter(pk=image.pk).update(prompt=prompt)
    ids = [prompt.pk for prompt in prompts]
    bench.say(f"Embedding {count} texts {ROUNDS} times, beside the bare network")
    with pool.lease("bge-large") as encoder:
        turns = _in_turns(
            encoder._model,
            lambda: embedding.run(SPACES["prompt"], ids, Unwatched(), rebuild=True),
            clock,
        )
    if PromptVector.objects.count() != count:
        raise RuntimeError("Not all texts could be embedded.")
    return {
        "texts": count,
        "forward_texts_per_s": round(count / turns.bare_s, 2),
        "texts_per_s": round(count / turns.whole_s, 2),
        "texts_vs_forward": round(turns.bare_s / turns.whole_s, 3),
    }


@dataclass(frozen=True)
class _Turns:
    """Seconds, the best of each."""

    bare_s: float
    whole_s: float


def _in_turns(module: Any, embed: Callable[[], None], clock: Clock) -> _Turns:
    """`embed` beside `module` given again the very tensors that `embed` has just given it."""
    given = list[Any]()
    hook = module.register_forward_pre_hook(lambda _, args: given.append(_kept(args[0])))
    bare, whole = list[float](), list[float]()
    for _ in range(1 + ROUNDS):
        given.clear()
        start = clock()
        embed()
        between = clock()
        batches = tuple(given)
        _bare(module, batches)
        whole.append(between - start)
        bare.append(clock() - between)
    hook.remove()
    # The first one warms up.
    return _Turns(min(bare[1:]), min(whole[1:]))


def _bare(module: Any, batches: Sequence[Any]) -> None:
    import torch

    with torch.inference_mode():
        for given in batches:
            made = module(_kept(given))
            (made["sentence_embedding"] if isinstance(made, dict) else made).float().cpu()


def _kept(given: Any) -> Any:
    """A network that takes a dictionary puts what it makes into it."""
    return dict(given) if isinstance(given, dict) else given


class _TimedStage(ClipHStage):
    """How long the network, with the way to it and back, was at work."""

    busy_s = 0.0

    def run(self, batch: Sequence[tuple[Image, Any]]) -> Outcome:
        start = time.perf_counter()
        try:
            return super().run(batch)
        finally:
            self.busy_s += time.perf_counter() - start


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
