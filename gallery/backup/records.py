"""The lines of a backup: what each kind holds, and how it is checked. Nothing else is read.

Every line is one JSON object; its `kind` says which. A header comes first, an end last.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
)

FORMAT: Final = "diffusiontoolkit-backup"
VERSION = 2  # 1 knew neither stacks, nor dates, nor what is no duplicate
_BIGGEST = 2**63 - 1


def _storable(value: str) -> str:
    """PostgreSQL holds no NULs, UTF-8 no lone surrogates."""
    if "\0" in value:
        raise ValueError("holds a NUL character")
    value.encode()
    return value


Text = Annotated[str, Field(max_length=100_000), AfterValidator(_storable)]
Name = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_storable)]
Path = Annotated[str, Field(max_length=8000), AfterValidator(_storable)]
Position = Annotated[float, Field(ge=-1e15, le=1e15)]


class Record(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Header(Record):
    """`kept_with` is set in a file of words that wait for their images: how to restore them."""

    kind: Literal["header"] = "header"
    format: Literal["diffusiontoolkit-backup"] = FORMAT
    version: int = VERSION
    program: Name
    made_at: AwareDatetime
    collection: Name
    counts: dict[Name, Annotated[int, Field(ge=0)]]
    source: Name = "library"
    prefer: Literal["", "library", "backup", "newer"] = ""
    by_path: bool = False


class End(Record):
    kind: Literal["end"] = "end"
    records: Annotated[int, Field(ge=0)]
    xxh3_128: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Preference(Record):
    kind: Literal["preference"] = "preference"
    name: Name
    value: list[Name] | Name | bool | int


class Root(Record):
    """A folder of the library: what was chosen for it, and for folders in it."""

    kind: Literal["root"] = "root"
    name: Name
    path: Path
    is_watched: bool
    extensions: Annotated[list[Name], Field(max_length=1000)]
    ignored: Annotated[list[Name], Field(max_length=1000)]
    takes_hidden: bool
    follows_links: bool
    treatments: dict[Path, Name]


class Tag(Record):
    """Only of tags that people use, or gave another name."""

    kind: Literal["tag"] = "tag"
    name: Name
    category: Annotated[str, Field(max_length=300), AfterValidator(_storable)] = ""
    aliases: list[Name] = []


class Album(Record):
    """`named` says in words that hold anywhere what the numbers in `params` mean."""

    kind: Literal["album"] = "album"
    name: Name
    is_smart: bool
    params: dict[Name, Text] = {}
    named: dict[Name, Annotated[list[Text], Field(max_length=2)]] = {}
    position: Position


class Membership(Record):
    album: Name
    position: Position


class Sidecar(Record):
    name: Name
    text: Annotated[str, AfterValidator(_storable)]
    encoding: Annotated[str, Field(max_length=100), AfterValidator(_storable)] = ""
    imported_at: AwareDatetime


class ImageWords(Record):
    """What was said of one image. `path` is below the root, `root` its name: only hints.

    `others` are paths where the same content lay too, of which something else may have been said;
    `formerly` are contents that the file had before words were written into it; `sha256` is of the
    whole file, where a predecessor knew it. Those that have a token of `stacks` in common were put
    into one stack, with one of `not_duplicates` they were said to be none of each other. Fields at
    their default say nothing, so they are left out.
    """

    kind: Literal["image"] = "image"
    fingerprint: UUID | None = None
    size: Annotated[int, Field(ge=-1, le=_BIGGEST)]
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    root: Path
    path: Path
    others: Annotated[list[Path], Field(max_length=100)] = []
    formerly: Annotated[list[UUID], Field(max_length=20)] = []
    rating: Annotated[int, Field(ge=1, le=10)] | None = None
    favourite: bool = False
    nsfw: bool | None = None
    for_deletion: bool = False
    note: Text = ""
    prompt: Text | None = None
    negative_prompt: Text | None = None
    created_at: AwareDatetime | None = None
    edited_at: AwareDatetime | None = None
    caption: Text = ""
    viewed_at: AwareDatetime | None = None
    tags: list[Name] = []
    denied_tags: list[Name] = []
    albums: list[Membership] = []
    covers: list[Name] = []
    sidecars: list[Sidecar] = []
    stacks: Annotated[list[UUID], Field(max_length=1000)] = []
    stands_apart: bool = False
    not_duplicates: Annotated[list[UUID], Field(max_length=1000)] = []
    best_since: AwareDatetime | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


Head = Preference | Root | Tag | Album
Content = Annotated[Head | ImageWords, Field(discriminator="kind")]
Any_ = Annotated[Header | Head | ImageWords | End, Field(discriminator="kind")]
LINE: TypeAdapter[Header | Head | ImageWords | End] = TypeAdapter(Any_)
KINDS = ("preference", "root", "tag", "album", "image")
