"""Arrays as one file, written as they come: `.npz` for numpy, or safetensors.

Sources of the formats: numpy's "NPY format"; https://github.com/huggingface/safetensors, "Format".
"""

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from embeddings.exports.arrays import Array, Arrays

_SAFE_TYPES = {"<f2": "F16", "<f4": "F32", "<i4": "I32", "<i8": "I64", "|u1": "U8"}
_ALIGNED = 8


@contextmanager
def in_place(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which is at `path` once the block ends well, and else nowhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_npz(arrays: Arrays, file: IO[bytes]) -> None:
    """Not compressed: vectors do not shrink. `about.json` lies beside the arrays."""
    from numpy.lib import format as npy

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("about.json", json.dumps(arrays.about))
        for array in arrays.arrays:
            with archive.open(f"{array.name}.npy", "w", force_zip64=True) as member:
                header = {"descr": array.dtype, "fortran_order": False, "shape": array.shape}
                npy.write_array_header_1_0(member, header)
                for block in array.blocks():
                    member.write(block)


def write_safetensors(arrays: Arrays, file: IO[bytes]) -> None:
    header: dict[str, object] = {"__metadata__": arrays.about}
    start = 0
    for array in arrays.arrays:
        end = start + _size(array)
        header[array.name] = {
            "dtype": _SAFE_TYPES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [start, end],
        }
        start = end
    said = json.dumps(header).encode()
    said += b" " * (-len(said) % _ALIGNED)
    file.write(len(said).to_bytes(8, "little") + said)
    for array in arrays.arrays:
        for block in array.blocks():
            file.write(block)


def _size(array: Array) -> int:
    import numpy as np

    count = 1
    for side in array.shape:
        count *= side
    return count * np.dtype(array.dtype).itemsize
