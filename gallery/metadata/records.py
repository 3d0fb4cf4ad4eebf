"""What extractors and parsers hand on: frozen facts, nothing but data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One text that a file carries, whole.

    `container` is like `png:tEXt`, `jpeg:exif`, `webp:xmp`; `key` the keyword or tag name;
    `encoding` how the bytes were read; `position` the byte offset in the file; `is_damaged` a wrong
    checksum or a cut end.
    """

    container: str
    key: str
    text: str
    encoding: str = ""
    position: int = 0
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """A file that took part (checkpoint, LoRA, …); `kind` as in `models.Resource.Kind`."""

    kind: str
    name: str
    weight: float | None = None
    clip_weight: float | None = None
    hash: str = ""


@dataclass(frozen=True, slots=True)
class GenerationParameters:
    """How a picture was made. Empty text and None mean: not recorded.

    `rule` names the parsers that won, `reason` says for a person what they went by.
    """

    generator: str
    rule: str
    generator_version: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    seed: int | None = None
    steps: int | None = None
    cfg_scale: float | None = None
    sampler: str = ""
    scheduler: str = ""
    denoise: float | None = None
    clip_skip: int | None = None
    width: int | None = None
    height: int | None = None
    resources: tuple[ResourceUse, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """All that was read of one file; `format` is empty where the bytes are no picture we know."""

    format: str
    width: int | None
    height: int | None
    records: tuple[RawRecord, ...] = ()
    parameters: GenerationParameters | None = None
    problems: tuple[str, ...] = ()
