"""The header of a model file: what it is called, trained on and made of, read with bounds."""

import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from gallery.resources import gguf

# The format's own reader stops at 100 MB; the longest seen in the field are some MB.
MAX_HEADER_BYTES = 32 * 1024 * 1024
HEAD_BYTES = 64 * 1024
_MOST_TENSORS = 200_000
_CUT_OFF = "The file is cut off: its header tells of {wanted:,} bytes, {size:,} are there."


@dataclass(frozen=True, slots=True)
class Header:
    """`names` are those of the tensors, a line each, with a line end before the first.

    `tensors_at` is where their data begins, 0 where the format has no such place.
    """

    metadata: Mapping[str, str] = field(default_factory=dict)
    names: str = ""
    precision: str = ""
    tensors_at: int = 0
    problem: str = ""


def read(file: BinaryIO, size: int, head: bytes) -> Header:
    """`head` are the first `HEAD_BYTES`. Never raises for what the file holds, only `OSError`.

    What is neither safetensors nor GGUF has no header that could be read without running it.
    """
    if not size:
        return Header(problem="The file is empty.")
    if wrong := _not_a_model(head):
        return Header(problem=wrong)
    if head.startswith(gguf.MAGIC):
        metadata, names = gguf.read(head)
        return Header(metadata, names)
    if _is_pickled(head):
        return Header()
    return _safetensors(file, size, head)


def _safetensors(file: BinaryIO, size: int, head: bytes) -> Header:
    length = struct.unpack_from("<Q", head)[0] if len(head) >= 8 else 0
    if head[8:9] != b"{" or length < 2:
        return Header(problem="This is no model file of a known form.")
    if length > MAX_HEADER_BYTES:
        return Header(
            problem=f"Its header claims to be {length:,} bytes long; more than "
            f"{MAX_HEADER_BYTES:,} are not read."
        )
    if length + 8 > size:
        return Header(problem=_CUT_OFF.format(wanted=length + 8, size=size))
    data = head[8 : 8 + length]
    if len(data) < length:
        file.seek(len(head))
        data += file.read(length - len(data))
    try:
        content = orjson.loads(data)
    except ValueError:  # also too deeply nested, and no UTF-8
        return Header(problem="Its header is damaged: it is no JSON.")
    if not isinstance(content, dict):
        return Header(problem="Its header is damaged: it lists no tensors.")
    return _header(content, 8 + length, size)


def _header(content: dict[str, Any], tensors_at: int, size: int) -> Header:
    told = content.pop("__metadata__", None)
    metadata = (
        {key: value for key, value in told.items() if isinstance(value, str)}
        if (isinstance(told, dict))
        else {}
    )
    precisions: Counter[str] = Counter()
    end = 0
    for entry in content.values():
        if isinstance(entry, dict):
            span, precision = entry.get("data_offsets"), entry.get("dtype")
            if isinstance(span, list) and len(span) == 2 and type(span[1]) is int:
                end = max(end, span[1])
            if isinstance(precision, str):
                precisions[precision[:16]] += 1
    common = precisions.most_common(1)
    wanted = tensors_at + end
    return Header(
        metadata,
        "\n" + "\n".join(list(content)[:_MOST_TENSORS]),
        common[0][0] if common else "",
        tensors_at,
        _CUT_OFF.format(wanted=wanted, size=size) if wanted > size else "",
    )


def _is_pickled(head: bytes) -> bool:
    """A PyTorch file: a zip archive, or in its old form a bare pickle."""
    is_bare = head[:1] == b"\x80" and head[8:9] != b"{"  # or else it is the length of a header
    return head.startswith(b"PK\x03\x04") or is_bare


def _not_a_model(head: bytes) -> str:
    """What a download leaves that went wrong."""
    start = head[:512].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "This is a web page, not a model: its download went wrong."
    if start.startswith(b"version https://git-lfs"):
        return "This only points to the file: Git LFS has not fetched it yet."
    if start.startswith(b"{"):
        return "This is a server's answer, not a model: its download went wrong."
    return ""
