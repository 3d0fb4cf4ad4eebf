"""What a name can be made of: each field, where it comes from, what is said where it is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gallery.filing import names
from gallery.filing.patterns import shapes
from gallery.filing.patterns.shapes import Shape
from gallery.models import Image
from gallery.querysets import ImageQuerySet

_SQUARE = 1.02  # sides that differ less are alike to the eye


@dataclass(frozen=True, slots=True)
class Known:
    """`needs` are relations to be loaded, those with many rows in `fetches`; `sample` is shown and
    stands for it where a pattern is checked."""

    name: str
    help: str
    read: Callable[[Image], Any]
    shape: Shape
    sample: Any
    missing: str = ""
    needs: tuple[str, ...] = ()
    fetches: tuple[str, ...] = ()

    @property
    def instead(self) -> str:
        return self.missing or f"no {self.name}"


def _lora_names(image: Image) -> list[str]:
    uses = sorted(image.resources.all(), key=lambda use: use.position)
    return list(dict.fromkeys(use.resource.name for use in uses if use.resource.kind == "lora"))


def _vae(image: Image) -> str:
    return next((u.resource.name for u in image.resources.all() if u.resource.kind == "vae"), "")


def _album(image: Image) -> str:
    held = sorted(image.albums.all(), key=lambda entry: (entry.album.position, entry.album.name))
    return held[0].album.name if held else ""


def _tag(image: Image) -> str:
    """A person's own before all others; what a person took away is none."""
    uses = list(image.tags.all())
    denied = {use.tag_id for use in uses if use.is_denied}
    own = [(use.source != "person", use.tag.name) for use in uses if use.tag_id not in denied]
    return min(own)[1] if own else ""


def _orientation(image: Image) -> str:
    width, height = image.width or 0, image.height or 0
    if not width or not height:
        return ""
    if max(width, height) < _SQUARE * min(width, height):
        return "square"
    return "landscape" if width > height else "portrait"


def _megapixels(image: Image) -> float | None:
    return image.width * image.height / 1e6 if image.width and image.height else None


_RESOURCES, _ALBUMS, _TAGS = ("resources__resource",), ("albums__album",), ("tags__tag",)

EVERY: tuple[Known, ...] = (
    Known("name", "the name it has, without its ending", lambda i: names.stem_of(i.name),
          shapes.plain, "fox"),
    Known("n", "a number, oldest first", lambda i: None, shapes.number, 1),
    Known("seed", "", lambda i: i.seed, shapes.number, 42),
    Known("date", "the day it was made", lambda i: i.created_at, shapes.moment, None),
    Known("created", "when it was made, as {created:%Y-%m}", lambda i: i.created_at,
          shapes.moment, None),
    Known("modified", "when its file was changed", lambda i: i.modified_at, shapes.moment, None),
    Known("added", "when it came into the library", lambda i: i.first_seen_at, shapes.moment, None),
    Known("checkpoint", "", lambda i: i.checkpoint and i.checkpoint.name, shapes.text,
          "dreamshaper", needs=("checkpoint",)),
    Known("lora", "the first LoRA", lambda i: next(iter(_lora_names(i)), ""), shapes.text,
          "detail", "no LoRA", fetches=_RESOURCES),
    Known("loras", "all LoRAs", lambda i: " + ".join(_lora_names(i)), shapes.text,
          "detail + ink", "no LoRA", fetches=_RESOURCES),
    Known("vae", "", _vae, shapes.text, "vae", "no VAE", fetches=_RESOURCES),
    Known("sampler", "", lambda i: i.sampler, shapes.text, "euler"),
    Known("scheduler", "", lambda i: i.scheduler, shapes.text, "karras"),
    Known("steps", "", lambda i: i.steps, shapes.number, 20),
    Known("cfg", "", lambda i: i.cfg_scale, shapes.number, 7.0, "no CFG"),
    Known("generator", "the program that made it", lambda i: i.generator, shapes.text, "ComfyUI"),
    Known("prompt", "its first words, as {prompt:5}", lambda i: i.prompt and i.prompt.text,
          shapes.words, "a fox in snow", needs=("prompt",)),
    Known("rating", "", lambda i: i.rating, shapes.number, 8, "unrated"),
    Known("favourite", "the word favourite", lambda i: i.is_favourite and "favourite",
          shapes.text, "favourite", "others"),
    Known("nsfw", "the word NSFW", lambda i: i.is_nsfw and "NSFW", shapes.text, "NSFW", "safe"),
    Known("album", "the first of its albums", _album, shapes.text, "Best", fetches=_ALBUMS),
    Known("tag", "the first of its tags, yours before others", _tag, shapes.text, "fox",
          fetches=_TAGS),
    Known("width", "", lambda i: i.width, shapes.number, 832),
    Known("height", "", lambda i: i.height, shapes.number, 1216),
    Known("megapixels", "as {megapixels:.1}", _megapixels,
          lambda value, spec: shapes.number(value, spec or ".1"), 1.0),
    Known("orientation", "portrait, landscape or square", _orientation, shapes.text, "portrait"),
    Known("format", "", lambda i: i.format.lower(), shapes.text, "png"),
    Known("ext", "its ending without the dot", lambda i: i.name.rpartition(".")[2].lower(),
          shapes.text, "png"),
    Known("hash", "eight characters of its content", lambda i: i.fingerprint and
          i.fingerprint.hex[:8], shapes.text, "0a1b2c3d"),
    Known("folder", "the folder it is in; {folder:1} its first, {folder:-1} its last part",
          lambda i: i.folder.path, shapes.levels, "old", ""),
)  # fmt: skip
BY_NAME: dict[str, Known] = {known.name: known for known in EVERY}


def with_needs(images: ImageQuerySet, used: set[str]) -> ImageQuerySet:
    """With what these fields read, loaded by the batch."""
    known = [BY_NAME[name] for name in used]
    needs = {need for each in known for need in each.needs}
    fetches = {fetch for each in known for fetch in each.fetches}
    images = images.select_related("folder", *needs)
    return images.prefetch_related(*sorted(fetches)) if fetches else images
