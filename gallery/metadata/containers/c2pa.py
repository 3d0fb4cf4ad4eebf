"""C2PA content credentials: which program of which vendor claims to have made the picture, and how.

Nothing is verified: that needs the vendors' certificates. A prompt is never in here. Source: C2PA
2.2 (manifests), ISO 19566-5 (their boxes), RFC 9052 and 5280 (who signed).
"""

import contextlib
import json
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from gallery.metadata.containers import cbor
from gallery.metadata.containers.cbor import UnreadableCbor
from gallery.metadata.containers.contents import Contents

# Manifests hold small pictures of what was edited; the largest honest one seen has 0.3 MB.
LIMIT = 4 * 1024 * 1024
_BOX_LIMIT = 2000
_DEPTH_LIMIT = 8
_TEXT_LIMIT = 200
_JSON_LIMIT = 65_536
_BOX = struct.Struct(">L4s")
_X5CHAIN = (33, "x5chain")
_ORGANISATION = b"\x06\x03\x55\x04\x0a"


def read(
    data: bytes, container: str, position: int, contents: Contents, is_damaged: bool = False
) -> None:
    """One record with the key `c2pa`, a JSON object of texts, out of a manifest store's boxes.

    Its keys, each only where it is known: `vendor` (who signed), `claim_generator`,
    `software_agent`, `description` (of the making), `digital_source_type` (IPTC's word, as
    trainedAlgorithmicMedia), `when`. Of several manifests the one that speaks of generating
    counts, else the last one.
    """
    manifests: dict[str, dict[str, str]] = {}
    for box in _boxes(data, 0, len(data), (), [_BOX_LIMIT]):
        # The store, the manifest, then what it consists of.
        if len(box.path) >= 3 and box.path[0] == "c2pa":
            _learn(manifests.setdefault(box.path[1], {}), box)
    if not manifests:
        contents.complain("The file's content credentials (C2PA) cannot be read.")
        return
    told = next(
        (said for said in manifests.values() if _is_generated(said)), list(manifests.values())[-1]
    )
    text = json.dumps(told, ensure_ascii=False)
    contents.add(container, "c2pa", text, "c2pa", position, is_damaged)


def _is_generated(said: dict[str, str]) -> bool:
    return "algorithmicmedia" in said.get("digital_source_type", "").lower()


class _Content(NamedTuple):
    """A box with data, and the labels of the boxes around it, outermost first."""

    path: tuple[str, ...]
    kind: bytes
    data: bytes


def _boxes(
    data: bytes, start: int, end: int, path: tuple[str, ...], left: list[int]
) -> Iterator[_Content]:
    while start + 8 <= end and left[0] > 0 and len(path) <= _DEPTH_LIMIT:
        left[0] -= 1
        length, kind = _BOX.unpack_from(data, start)
        stop = end if length == 0 else min(start + length, end)
        if length and length < 8:
            return
        if kind == b"jumb":
            yield from _boxes(data, start + 8, stop, (*path, ""), left)
        elif kind == b"jumd" and path:
            # An identifier of 16 bytes, flags, then the label.
            label = data[start + 25 : min(stop, start + 281)].partition(b"\0")[0]
            path = (*path[:-1], label.decode("utf-8", "replace"))
        elif kind in (b"cbor", b"json"):
            yield _Content(path, kind, data[start + 8 : stop])
        start = stop


def _learn(said: dict[str, str], box: _Content) -> None:
    label = box.path[-1]
    if label.startswith("c2pa.claim"):
        _learn_claim(said, _value(box))
    elif label.startswith("c2pa.actions"):
        _learn_actions(said, _value(box))
    elif label.startswith("c2pa.signature"):
        _keep(said, "vendor", _signer(_value(box)))
    elif label.startswith(("stds.iptc", "c2pa.metadata", "cawg.metadata")):
        value = _value(box)
        for key, text in value.items() if isinstance(value, dict) else ():
            if isinstance(key, str) and key.lower().endswith("digitalsourcetype"):
                _keep(said, "digital_source_type", text)


def _value(box: _Content) -> Any:
    try:
        if box.kind == b"cbor":
            return cbor.loads(box.data)
        return json.loads(box.data) if len(box.data) <= _JSON_LIMIT else None
    except (ValueError, RecursionError):
        return None


def _keep(said: dict[str, str], key: str, value: Any) -> None:
    """The first text of each kind counts."""
    if isinstance(value, str):
        text = "".join(letter for letter in value if letter.isprintable())[:_TEXT_LIMIT].strip()
        if key == "digital_source_type":
            text = text.rstrip("/").rpartition("/")[2]
        if text:
            said.setdefault(key, text)


def _learn_claim(said: dict[str, str], claim: Any) -> None:
    if not isinstance(claim, dict):
        return
    informed = claim.get("claim_generator_info")
    if isinstance(informed, list):
        informed = informed[0] if informed else None
    _keep(said, "claim_generator", _program(informed))
    _keep(said, "claim_generator", claim.get("claim_generator"))


def _learn_actions(said: dict[str, str], value: Any) -> None:
    """The making tells; where it is missing, whatever was done last and has a program."""
    actions = value.get("actions") if isinstance(value, dict) else None
    actions = [action for action in actions or () if isinstance(action, dict)]
    making = [action for action in actions if action.get("action") == "c2pa.created"]
    for action in (*making, *reversed(actions)):
        _keep(said, "software_agent", _program(action.get("softwareAgent")))
        _keep(said, "digital_source_type", action.get("digitalSourceType"))
        _keep(said, "when", action.get("when"))
    for action in making:
        _keep(said, "description", action.get("description"))


def _program(value: Any) -> str:
    """A program's name, with its version where it is told apart."""
    if isinstance(value, dict):
        name, version = value.get("name"), value.get("version")
        if not isinstance(name, str):
            return ""
        return f"{name} {version}" if isinstance(version, str) else name
    return value if isinstance(value, str) else ""


def _signer(signature: Any) -> str:
    """The organisation that the first certificate of a COSE signature names as its own."""
    if not (isinstance(signature, list) and len(signature) >= 2):
        return ""
    headers = [signature[1]]
    if isinstance(signature[0], bytes):
        with contextlib.suppress(UnreadableCbor):
            headers.append(cbor.loads(signature[0]))
    for header in headers:
        for key in _X5CHAIN:
            chain = header.get(key) if isinstance(header, dict) else None
            first = chain[0] if isinstance(chain, list) and chain else chain
            if isinstance(first, bytes):
                return _organisation(first)
    return ""


def _organisation(certificate: bytes) -> str:
    """Of the subject; the issuer, which comes before it, is somebody else."""
    _, certificate, _ = _der(certificate)
    _, rest, _ = _der(certificate)
    if rest[:1] == b"\xa0":
        rest = _der(rest)[2]
    # Serial number, algorithm, issuer, validity.
    for _ in range(4):
        rest = _der(rest)[2]
    _, subject, _ = _der(rest)
    place = subject.find(_ORGANISATION)
    if place < 0:
        return ""
    kind, name, _ = _der(subject[place + len(_ORGANISATION) :])
    return name.decode("utf-16-be" if kind == 0x1E else "utf-8", "replace")


def _der(data: bytes) -> tuple[int, bytes, bytes]:
    """Kind and content of the first element, and what follows it; nothing where it is cut."""
    if len(data) < 2:
        return 0, b"", b""
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + length], data[start + length :]
