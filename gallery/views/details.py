"""The details panel's content: what is known of one image, in the order a person reads it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from django.db.models import F, Func, IntegerField, OuterRef, Subquery
from django.urls import reverse

from dtoolkit.core import paths
from gallery.exports import infotext
from gallery.families import trees
from gallery.families.trees import Kinsman
from gallery.metadata import RawRecord, sidecars
from gallery.models import (
    Album,
    Caption,
    Image,
    ImageEdit,
    ImageMetadata,
    ImageResource,
    ImageTag,
    ImageVersion,
    Resource,
    ResourceMatch,
)
from gallery.querysets import ImageQuerySet
from gallery.views import facts, generators, lineage, troubles
from gallery.views.facts import Fact, clock, grouped

_EMPTY_RECORDS_BYTES = len(b"[]")
_MOST_TAGS = 500


def with_details(images: ImageQuerySet) -> ImageQuerySet:
    """All that `Details` needs in one row; raw records, which may be megabytes, only by size."""
    return (
        images.select_related(
            "folder__root",
            "prompt",
            "negative_prompt",
            "checkpoint",
            "metadata",
            "workflow",
            "edit__recorded_prompt",
            "edit__recorded_negative_prompt",
        )
        .defer(
            "metadata__packed_records",
            "prompt__words",
            "negative_prompt__words",
            "edit__recorded_prompt__words",
            "edit__recorded_negative_prompt__words",
            "workflow__node_classes",
        )
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
        """Each with the `file_id` of the model file that it means, if one is known."""
        match = ResourceMatch.objects.filter(
            resource=OuterRef("resource"), recorded_hash=OuterRef("recorded_hash")
        )
        uses = self.image.resources.select_related("resource")
        return list(uses.annotate(file_id=Subquery(match.values("file")[:1])))

    @cached_property
    def troubles(self) -> Sequence[troubles.Trouble]:
        return troubles.of(self.image.failures.order_by("stage"))

    @cached_property
    def metadata(self) -> ImageMetadata | None:
        return getattr(self.image, "metadata", None)

    @property
    def problems(self) -> Sequence[str]:
        if self.metadata is None:
            return []
        found = self.metadata.problems + self.metadata.parse_problems
        return troubles.others(found, self.troubles)

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
        return generators.name_of(self.image.generator)

    @property
    def version(self) -> str:
        """Of the generator; empty where it only repeats a part of the name, as 'neo' does."""
        said = self.metadata.generator_version if self.metadata else ""
        return "" if said.casefold() in self.generator.casefold() else said

    @property
    def said_by(self) -> str:
        return generators.source_of(self.metadata.rule) if self.metadata else ""

    @property
    def megapixels(self) -> str:
        """Empty below a hundredth, where the pixel size says more."""
        pixels = (self.image.width or 0) * (self.image.height or 0)
        return f"{pixels / 1e6:.2f}" if pixels >= 10_000 else ""

    @property
    def duration(self) -> str:
        return clock(self.image.duration_ms) if self.image.duration_ms else ""

    @property
    def media(self) -> list[Fact]:
        pairs = self.metadata.media if self.metadata else []
        return [Fact(str(label), str(value)) for label, value in pairs]

    @property
    def is_only_signed(self) -> bool:
        """Known to be made by a model, and nothing more."""
        is_signed = self.metadata is not None and generators.is_signed(self.metadata.rule)
        return is_signed and not self.image.prompt_id

    @cached_property
    def infotext(self) -> str:
        return infotext.of(self.image, self.uses)

    @cached_property
    def made_with(self) -> list[Fact]:
        return [*self._resources(), *self._parameters()]

    @cached_property
    def recorded(self) -> facts.Sorted:
        """What the file recorded beyond the columns: hires fields, detailers and so on."""
        pairs = self.metadata.facts if self.metadata else []
        denoise = "" if self.image.denoise is None else infotext.number(self.image.denoise)
        return facts.sort(pair for pair in pairs if tuple(pair) != ("Denoising strength", denoise))

    @cached_property
    def edit(self) -> ImageEdit | None:
        return getattr(self.image, "edit", None)

    @property
    def note(self) -> str:
        return self.edit.note if self.edit else ""

    @cached_property
    def albums(self) -> Sequence[Album]:
        """Those that a person put it into."""
        return list(Album.objects.filter(entries__image=self.image).order_by("name")[:_MOST_TAGS])

    @cached_property
    def tags(self) -> Mapping[str, Mapping[str, Sequence[ImageTag]]]:
        """By source, then by category, as they were given; what a person took away is not there."""
        groups: dict[str, dict[str, list[ImageTag]]] = {}
        uses = list(self.image.tags.select_related("tag")[:_MOST_TAGS])
        denied = {use.tag_id for use in uses if use.is_denied}
        for use in uses:
            if use.tag_id in denied:
                continue
            groups.setdefault(use.source, {}).setdefault(use.tag.category, []).append(use)
        return groups

    @cached_property
    def captions(self) -> Sequence[Caption]:
        return list(self.image.captions.all())

    @cached_property
    def sidecars(self) -> Sequence[str]:
        """Names of the files beside it that were read, and of those a person imported."""
        imported = list(self.image.imported.values_list("name", flat=True))
        if self.image.sidecar_stamp is None or self.metadata is None:
            return imported
        records = (RawRecord(**record) for record in self.metadata.records)
        return [*(record.key for record in records if sidecars.is_sidecar(record)), *imported]

    @cached_property
    def kin(self) -> Sequence[Kinsman]:
        """Its lineage as it was found, from the first on."""
        return trees.of(self.image)

    @cached_property
    def stacked(self) -> lineage.Stacks:
        return lineage.stacks_of(self.image)

    @cached_property
    def sources(self) -> Sequence[lineage.Source]:
        """Those that its lineage does not show."""
        shown = {kinsman.image.pk for kinsman in self.kin}
        found = lineage.sources(self.image)
        return [each for each in found if each.image is None or each.image.pk not in shown]

    @cached_property
    def products(self) -> Sequence[Image]:
        shown = {kinsman.image.pk for kinsman in self.kin}
        return [each for each in lineage.products(self.image) if each.pk not in shown]

    @cached_property
    def versions(self) -> Sequence[ImageVersion]:
        return lineage.versions(self.image)

    @cached_property
    def siblings(self) -> lineage.Siblings | None:
        return lineage.siblings(self.image)

    @property
    def is_told(self) -> bool:
        """Whether anything says how the picture was made."""
        image = self.image
        return bool(image.prompt_id or image.generator or self.made_with or self.recorded.others)

    def _resources(self) -> Iterator[Fact]:
        checkpoint = self.image.checkpoint
        if checkpoint and not any(use.resource_id == checkpoint.pk for use in self.uses):
            yield Fact("Checkpoint", checkpoint.name)
        for use in sorted(self.uses, key=lambda use: use.resource.kind != "checkpoint"):
            file_id: int | None = getattr(use, "file_id", None)
            yield Fact(
                Resource.Kind(use.resource.kind).label,
                use.resource.name,
                weight=_weights(use),
                url=reverse("resource-file", args=[file_id]) if file_id else "",
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


def _weights(use: ImageResource) -> str:
    if use.weight is None:
        return ""
    if use.clip_weight is None or use.clip_weight == use.weight:
        return f"{use.weight:.2f}"
    return f"{use.weight:.2f} · CLIP {use.clip_weight:.2f}"
