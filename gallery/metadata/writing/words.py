"""What a person said of a picture, as a file carries it; and under which names.

`xmp:Rating`, `dc:subject` and `dc:description` are for other programs. The namespace of our own
says the same exactly, so that it reads back equal, and tells what in the others is ours.
"""

from dataclasses import dataclass

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = "http://ns.adobe.com/xap/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
OURS = "urn:diffusiontoolkit:words:1.0#"
PREFIX = "dtk"
MADE_BY = 'x:xmptk="DiffusionToolkit"'
_STARS = 5


@dataclass(frozen=True, slots=True)
class FileWords:
    """`rating` 1 to 10. `nsfw`, `prompt` and `negative_prompt` are None where nobody decided.

    `denied` are tags that a person took away: they leave the file's keywords, whoever wrote them.
    """

    rating: int | None = None
    is_favourite: bool = False
    nsfw: bool | None = None
    tags: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    note: str = ""
    prompt: str | None = None
    negative_prompt: str | None = None

    def __bool__(self) -> bool:
        return self != FileWords()


def stars(rating: int) -> int:
    """1 to 10 as the 1 to 5 that other programs know; half stars are rounded up."""
    return (rating + 1) // 2


def rating_of(value: str) -> int | None:
    """Stars that another program gave, as 1 to 10; None where they are none: 0, or a rejection."""
    try:
        given = float(value)
    except ValueError:
        return None
    return round(given * 2) if 0.5 <= given <= _STARS else None
