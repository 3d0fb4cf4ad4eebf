"""Content credentials as their writers cut them: boxes, a little CBOR, half a certificate."""

import json
import struct
from typing import Any

from tests.gallery.metadata.builders import segment


def cbor(value: Any) -> bytes:
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(cbor(item) for item in value)
    return _head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def _head(major: int, amount: int) -> bytes:
    if amount < 24:
        return bytes([major << 5 | amount])
    return bytes([major << 5 | 26]) + struct.pack(">L", amount)


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data) + 8) + kind + data


def labelled(label: str, *boxes: bytes, identifier: bytes = b"cbor") -> bytes:
    description = identifier.ljust(16, b"\0") + b"\x03" + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", description) + b"".join(boxes))


def told(label: str, value: Any, kind: bytes = b"cbor") -> bytes:
    data = json.dumps(value).encode() if kind == b"json" else cbor(value)
    return labelled(label, box(kind, data), identifier=kind)


def manifest(name: str, *parts: bytes) -> bytes:
    return labelled(f"urn:uuid:{name}", *parts)


def store(*manifests: bytes) -> bytes:
    return labelled("c2pa", *manifests, identifier=b"c2pa")


def actions(*made: dict[str, Any]) -> bytes:
    return labelled("c2pa.assertions", told("c2pa.actions", {"actions": list(made)}))


def claim(**fields: Any) -> bytes:
    return told("c2pa.claim", fields)


def der(kind: int, data: bytes) -> bytes:
    length = bytes([len(data)]) if len(data) < 128 else b"\x82" + struct.pack(">H", len(data))
    return bytes([kind]) + length + data


def name_of(organisation: str) -> bytes:
    pair = der(6, b"\x55\x04\x0a") + der(0x0C, organisation.encode())
    return der(0x30, der(0x31, der(0x30, pair)))


def signature(issuer: str, subject: str) -> bytes:
    before = der(0xA0, der(2, b"\2")) + der(2, b"\1") + der(0x30, b"")
    certificate = der(0x30, der(0x30, before + name_of(issuer) + der(0x30, b"") + name_of(subject)))
    signed = b"\xd2" + cbor([cbor({1: 7, 33: [certificate]}), {}, None, b"sig"])
    return labelled("c2pa.signature", box(b"cbor", signed))


GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MADE = {
    "action": "c2pa.created",
    "softwareAgent": {"name": "GPT-4o", "version": "1"},
    "digitalSourceType": GENERATED,
    "when": "2026-01-02T03:04:05Z",
}
STORE = store(
    manifest(
        "a",
        actions(MADE),
        claim(claim_generator="Maker/1.0", claim_generator_info=[{"name": "Maker"}]),
        signature("Certifier", "OpenAI OpCo, LLC"),
    )
)
EXPECTED = {
    "software_agent": "GPT-4o 1",
    "digital_source_type": "trainedAlgorithmicMedia",
    "when": "2026-01-02T03:04:05Z",
    "claim_generator": "Maker",
    "vendor": "OpenAI OpCo, LLC",
}


def app11(data: bytes, size: int) -> list[bytes]:
    """A box in segments, each of which repeats its header behind instance and number."""
    pieces = [data[start : start + size] for start in range(8, len(data), size)]
    return [
        segment(0xEB, b"JP" + struct.pack(">HL", 7, number) + data[:8] + piece)
        for number, piece in enumerate(pieces, 1)
    ]
