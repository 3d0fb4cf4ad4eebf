"""What extractors and parsers hand on: frozen facts, nothing but data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One text that a file carries, whole.

    `container` is like `png:tEXt`, `jpeg:exif`, `webp:xmp`, `sidecar:json`; `key` the keyword, the
    tag name or the sidecar's file name; `encoding` how the bytes were read; `position` the byte
    offset in the file; `is_damaged` a wrong checksum or a cut end.
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
class SourceReference:
    """A picture that this one was made from; `kind` of `SOURCE_KINDS`, `name` as recorded."""

    kind: str
    name: str
    hash: str = ""


SOURCE_KINDS = (
    "img2img",
    "inpaint",
    "mask",
    "controlnet",
    "ip_adapter",
    "upscale",
    "grid",
    "reference",
)


@dataclass(frozen=True, slots=True)
class WorkflowNode:
    """A node that takes part; its literal inputs as pairs of name and text, links left out."""

    kind: str
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A ComfyUI graph for search; `fingerprint` is equal for graphs of the same shape: classes and
    links, whatever the ids, the order, the titles and the values."""

    fingerprint: UUID
    nodes: tuple[WorkflowNode, ...]


@dataclass(frozen=True, slots=True)
class TagUse:
    """A tag that a sidecar gives; `category` as Danbooru has it, `confidence` 0 to 1."""

    name: str
    category: str = ""
    confidence: float | None = None


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
    sources: tuple[SourceReference, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the parsers make of a file's records, and what was wrong with them."""

    parameters: GenerationParameters | None = None
    workflow: Workflow | None = None
    tags: tuple[TagUse, ...] = ()
    caption: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """All that was read of one file; `format` is empty where the bytes are no picture we know.

    `problems` are the container's own; those of the texts are in `understanding`. `media` are
    pairs for a person beyond size and time, as ("Bit depth", "16").
    """

    format: str
    width: int | None
    height: int | None
    records: tuple[RawRecord, ...] = ()
    problems: tuple[str, ...] = ()
    understanding: Understanding = Understanding()
    duration_ms: int | None = None
    media: tuple[tuple[str, str], ...] = ()

    @property
    def all_problems(self) -> tuple[str, ...]:
        return self.problems + self.understanding.problems

    @property
    def parameters(self) -> GenerationParameters | None:
        return self.understanding.parameters
