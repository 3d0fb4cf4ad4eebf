"""The kinds of file that can be taken apart. A new one is a module here and a line in the tuple."""

from collections.abc import Callable
from dataclasses import dataclass

from gallery.metadata.containers import (
    avi,
    avif,
    bmp,
    gif,
    jpeg,
    jxl,
    matroska,
    mp4,
    png,
    tiff,
    webp,
)
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source


@dataclass(frozen=True, slots=True)
class Container:
    """`recognises` looks at the first bytes, whatever the name says; `read` fills the contents.

    `read` raises nothing but the file's own OSError and says what is wrong as a problem.
    """

    format: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Source, Contents], None]


CONTAINERS = (
    Container("png", png.recognises, png.read),
    Container("jpeg", jpeg.recognises, jpeg.read),
    Container("webp", webp.recognises, webp.read),
    Container("gif", gif.recognises, gif.read),
    Container("tiff", tiff.recognises, tiff.read),
    Container("bmp", bmp.recognises, bmp.read),
    Container("avif", avif.recognises, avif.read),
    Container("jxl", jxl.recognises, jxl.read),
    Container("mp4", mp4.recognises_mp4, mp4.read),
    Container("mov", mp4.recognises_mov, mp4.read),
    Container("webm", matroska.recognises_webm, matroska.read),
    Container("mkv", matroska.recognises_mkv, matroska.read),
    Container("avi", avi.recognises, avi.read),
)


def for_head(head: bytes) -> Container | None:
    """The container whose magic bytes `head` starts with."""
    for container in CONTAINERS:
        if container.recognises(head):
            return container
    return None
