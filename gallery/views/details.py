"""The details panel's content: what is known of one image, in the order a person reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Func, IntegerField

from dtoolkit.core import paths
from gallery.exports import infotext
from gallery.models import Image, ImageMetadata, ImageResource, Resource, StageFailure
from gallery.querysets import ImageQuerySet

_EMPTY_RECORDS_BYTES = len(b"[]")
_GENERATORS = {
    "automatic1111": "AUTOMATIC1111",
    "comfyui": "ComfyUI",
    "easydiffusion": "Easy Diffusion",
    "fooocus": "Fooocus",
    "fooocus_mre": "Fooocus-MRE",
    "huggingface": "Hugging Face",
    "invokeai": "InvokeAI",
    "novelai": "NovelAI",
    "ruinedfooocus": "RuinedFooocus",
    "swarmui": "SwarmUI",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """`copy` is the text for the clipboard where it differs from what is shown."""

    label: str
    value: str
    copy: str = ""
    weight: str = ""
    is_code: bool = False


def with_details(images: ImageQuerySet) -> ImageQuerySet:
    """All that `Details` needs in one row; raw records, which may be megabytes, only by size."""
    return (
        images.select_related("folder__root", "prompt", "negative_prompt", "checkpoint", "metadata")
        .defer("metadata__packed_records", "prompt__words", "negative_prompt__words")
        .annotate(
            raw_bytes=Func(
                F("metadata__packed_records"),
                function="octet_length",
                output_field=IntegerField(),
            )
        )
    )


class Details:
    """Needs an image from `with_details`."""

    def __init__(self, image: Image) -> None:
        self.image = image

    @cached_property
    def uses(self) -> Sequence[ImageResource]:
        return list(self.image.resources.select_related("resource"))

    @cached_property
    def failures(self) -> Sequence[StageFailure]:
        return list(self.image.failures.order_by("stage"))

    @cached_property
    def metadata(self) -> ImageMetadata | None:
        return getattr(self.image, "metadata", None)

    @property
    def problems(self) -> Sequence[str]:
        return self.metadata.problems + self.metadata.parse_problems if self.metadata else []

    @property
    def has_records(self) -> bool:
        size: int | None = getattr(self.image, "raw_bytes", None)
        return bool(size and size > _EMPTY_RECORDS_BYTES)

    @property
    def path(self) -> str:
        return paths.display(str(self.image.disk_path))

    @property
    def folder_name(self) -> str:
        folder = self.image.folder
        root = paths.display(folder.root.name)
        return f"{root}/{paths.display(folder.path)}" if folder.path else root

    @property
    def generator(self) -> str:
        return _GENERATORS.get(self.image.generator, self.image.generator)

    @property
    def megapixels(self) -> str:
        """Empty below a hundredth, where the pixel size says more."""
        pixels = (self.image.width or 0) * (self.image.height or 0)
        return f"{pixels / 1e6:.2f}" if pixels >= 10_000 else ""

    @cached_property
    def infotext(self) -> str:
        return infotext.of(self.image, self.uses)

    @cached_property
    def made_with(self) -> list[Fact]:
        return [*self._resources(), *self._parameters()]

    @cached_property
    def more(self) -> list[Fact]:
        """What the file recorded beyond the columns: hires fields, detailers and so on."""
        facts = self.metadata.facts if self.metadata else []
        return [Fact(str(label), str(value)) for label, value in facts]

    def _resources(self) -> Iterator[Fact]:
        checkpoint = self.image.checkpoint
        if checkpoint and not any(use.resource_id == checkpoint.pk for use in self.uses):
            yield Fact("Checkpoint", checkpoint.name)
        for use in sorted(self.uses, key=lambda use: use.resource.kind != "checkpoint"):
            yield Fact(
                Resource.Kind(use.resource.kind).label,
                use.resource.name,
                weight=_weights(use),
            )

    def _parameters(self) -> Iterator[Fact]:
        image = self.image
        if sampler := " · ".join(filter(None, [image.sampler, image.scheduler])):
            yield Fact("Sampler", sampler)
        steps = "" if image.steps is None else str(image.steps)
        cfg = "" if image.cfg_scale is None else infotext.number(image.cfg_scale)
        if steps and cfg:
            yield Fact("Steps · CFG", f"{steps} · {cfg}")
        elif steps or cfg:
            yield Fact("Steps" if steps else "CFG", steps or cfg)
        if image.seed is not None:
            yield Fact("Seed", grouped(int(image.seed)), copy=str(image.seed), is_code=True)
        if image.denoise is not None:
            yield Fact("Denoise", infotext.number(image.denoise))
        if image.clip_skip is not None:
            yield Fact("Clip skip", str(image.clip_skip))


def grouped(number: int) -> str:
    """Digits in threes, which a person can compare; narrow no-break spaces between."""
    return f"{number:,}".replace(",", "\u202f")


def _weights(use: ImageResource) -> str:
    if use.weight is None:
        return ""
    if use.clip_weight is None or use.clip_weight == use.weight:
        return f"{use.weight:.2f}"
    return f"{use.weight:.2f} · CLIP {use.clip_weight:.2f}"
