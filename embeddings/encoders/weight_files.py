"""Which files at a path are the weights: one rule for who tells weights apart and who loads them.

Pickled weights are refused: to read them is to run what their author wrote into them.
"""

import json
from pathlib import Path

from dtoolkit.inference.errors import WeightsMissing, WeightsUnusable

SUFFIX = ".safetensors"
# As transformers, open_clip and diffusers save them; each may also be in parts that an index lists.
USUAL = ("model.safetensors", "open_clip_model.safetensors", "model.fp16.safetensors")
_INDEX = ".index.json"
_MOST_INDEX = 32 * 1024 * 1024
_PICKLED = (".bin", ".pt", ".pth", ".ckpt")
_NAMED = 5


def of(path: Path) -> list[Path]:
    """A file itself. Of a folder the first of the usual names, whole or in parts, else the only
    file or the only list of parts. Raises `WeightsMissing`, and `WeightsUnusable` where they are
    pickled, lack a part, cannot be read, or where it cannot be told which of several are meant."""
    try:
        return _found(path)
    except OSError as error:
        raise WeightsUnusable(f"{path} cannot be read: {error.strerror}.") from error


def _found(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix.lower() in _PICKLED:
            raise WeightsUnusable(_pickled(path))
        return [path]
    if not path.is_dir():
        raise WeightsMissing(f"There is nothing at {path}.")
    for name in USUAL:
        if (whole := path / name).is_file():
            return [whole]
        if (index := path / f"{name}{_INDEX}").is_file():
            return _parts(index)
    indexes = sorted(path.glob(f"*{SUFFIX}{_INDEX}"))
    if len(indexes) == 1:
        return _parts(indexes[0])
    there = indexes or sorted(path.glob(f"*{SUFFIX}"))
    if len(there) == 1:
        return there
    if there:
        raise WeightsUnusable(f"{path} holds several networks: {_listed(there)}. Choose one file.")
    if pickled := sorted(file for file in path.iterdir() if file.suffix.lower() in _PICKLED):
        raise WeightsUnusable(_pickled(pickled[0]))
    raise WeightsMissing(f"{path} holds no {SUFFIX} file.")


def _parts(index: Path) -> list[Path]:
    damaged = WeightsUnusable(f"{index} is damaged; get it again.")
    try:
        if index.stat().st_size > _MOST_INDEX:
            raise damaged
        names = {str(name) for name in json.loads(index.read_text("utf-8"))["weight_map"].values()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise damaged from error
    if not names:
        raise damaged
    files = [index.parent / name for name in sorted(names)]
    for file in files:
        # A file beside the index, and no path that leads elsewhere.
        if file.parent != index.parent or not file.is_file():
            raise WeightsUnusable(f"{index.parent} lacks {file.name}, a part of the weights.")
    return files


def _listed(files: list[Path]) -> str:
    names = ", ".join(file.name for file in files[:_NAMED])
    return names if len(files) <= _NAMED else f"{names} and {len(files) - _NAMED} more"


def _pickled(file: Path) -> str:
    return (
        f"{file.name} is pickled: reading it could run a program hidden in it. "
        f"Get the same weights as {SUFFIX}."
    )
