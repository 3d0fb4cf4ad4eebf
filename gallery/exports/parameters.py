"""An image's rows as the frozen parameters that its file was read into, for all exports."""

from collections.abc import Sequence

from gallery.metadata import GenerationParameters, ResourceUse, SourceReference
from gallery.models import Image, ImageResource, ImageSource, Resource


def of(
    image: Image, uses: Sequence[ImageResource], sources: Sequence[ImageSource] = ()
) -> GenerationParameters:
    """Needs the prompts, the checkpoint and, if there is one, the metadata loaded."""
    metadata = getattr(image, "metadata", None)
    resources = [_use(use) for use in uses]
    if image.checkpoint and not any(use.kind == Resource.Kind.CHECKPOINT for use in resources):
        resources.insert(0, ResourceUse(Resource.Kind.CHECKPOINT, image.checkpoint.name))
    return GenerationParameters(
        generator=image.generator,
        rule=metadata.rule if metadata else "",
        generator_version=metadata.generator_version if metadata else "",
        prompt=image.prompt.text if image.prompt else "",
        negative_prompt=image.negative_prompt.text if image.negative_prompt else "",
        seed=None if image.seed is None else int(image.seed),
        steps=image.steps,
        cfg_scale=image.cfg_scale,
        sampler=image.sampler,
        scheduler=image.scheduler,
        denoise=image.denoise,
        clip_skip=image.clip_skip,
        width=image.width,
        height=image.height,
        resources=tuple(resources),
        sources=tuple(SourceReference(s.kind, s.name, s.recorded_hash) for s in sources),
        facts={str(key): str(value) for key, value in metadata.facts} if metadata else {},
    )


def _use(use: ImageResource) -> ResourceUse:
    kind, name = use.resource.kind, use.resource.name
    return ResourceUse(kind, name, use.weight, use.clip_weight, use.recorded_hash)
