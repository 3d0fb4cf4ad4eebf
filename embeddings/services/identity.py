"""Which weights lie at a path, and whether they are those of a network: by a few bytes and the
header, so that telling costs neither torch nor a whole read."""

import struct
from pathlib import Path

import orjson
import xxhash

from dtoolkit.inference.errors import WeightsUnusable
from dtoolkit.inference.specs import Spec
from embeddings.encoders import weight_files

_PART = 64 * 1024
_MOST_HEADER = 32 * 1024 * 1024


def model_key(spec: Spec, path: Path) -> str:
    """The spec, twelve hex digits of the weights' sizes and first, middle and last 64 KiB, and the
    preparation. Raises `WeightsMissing` and `WeightsUnusable`."""
    digest = xxhash.xxh3_64()
    for file in weight_files.of(path):
        digest.update(_sampled(file))
    return f"{spec.key}@{digest.hexdigest()[:12]}.{spec.preparation}"


def check(spec: Spec, path: Path) -> None:
    """Raises `WeightsMissing`, and `WeightsUnusable` where the file is cut off, is of another
    network or of another width."""
    shapes: dict[str, tuple[int, ...]] = {}
    for file in weight_files.of(path):
        shapes |= _shapes(file)
    widths = []
    for mark in spec.marks:
        for name, shape in shapes.items():
            if name.endswith(mark.ending) and len(shape) > mark.axis:
                if shape[mark.axis] == mark.width:
                    return
                widths.append(shape[mark.axis])
    if widths:
        raise WeightsUnusable(
            f"{path.name} is {widths[0]:,} wide where {spec.title} is {spec.marks[0].width:,}: it "
            "is of another network."
        )
    if spec.marks:
        raise WeightsUnusable(f"{path.name} holds no weights of {spec.title}.")


def _sampled(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            parts = [struct.pack("<Q", size)]
            for at in (0, max(0, size // 2 - _PART // 2), max(0, size - _PART)):
                opened.seek(at)
                parts.append(opened.read(_PART))
    except OSError as error:
        raise WeightsUnusable(f"{file} cannot be read: {error.strerror}.") from error
    return b"".join(parts)


def _shapes(file: Path) -> dict[str, tuple[int, ...]]:
    cut_off = WeightsUnusable(
        f"{file.name} is cut off or no {weight_files.SUFFIX} file. Get it again."
    )
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 2 <= length <= min(_MOST_HEADER, size - 8):
                raise cut_off
            header = orjson.loads(opened.read(length))
    except OSError as error:
        raise WeightsUnusable(f"{file} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise cut_off from error
    try:
        tensors = {name: told for name, told in header.items() if name != "__metadata__"}
        end = max((told["data_offsets"][1] for told in tensors.values()), default=0)
        if not tensors or 8 + length + end > size:
            raise cut_off
        return {name: tuple(map(int, told["shape"])) for name, told in tensors.items()}
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise cut_off from error
