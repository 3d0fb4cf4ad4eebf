"""Runs a network over many inputs: in smaller batches where memory is short, and around the inputs
that it cannot take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from dtoolkit.inference.errors import DeviceLost, OutOfMemory

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

T = TypeVar("T")
NOT_FINITE = "The network gave no numbers (NaN or infinity) for it."


@dataclass(frozen=True, slots=True)
class Outputs:
    """`vectors` is float32 of shape (inputs, width). `problems` says by row why a row, which is
    then zeros, is not to be used. `size` is the batch size that fitted in the end."""

    vectors: "Vectors"
    problems: dict[int, str]
    size: int


@dataclass
class _Run:
    """Where a run stands: rows by index, and how many fit at once."""

    size: int
    rows: dict[int, "npt.NDArray[np.float32]"] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


def run(function: "Callable[[Sequence[T]], Vectors]", inputs: Sequence[T], size: int) -> Outputs:
    """`function` of all `inputs`, at most `size` at once; it gives one row an input.

    `OutOfMemory` halves the batch for the rest of the run. Any other exception, but `DeviceLost`,
    is narrowed down to the inputs that cause it. Raises `DeviceLost`, `OutOfMemory` where even one
    input does not fit, `ValueError` where the rows are not one an input, and the exception itself
    where of several inputs not one goes well: then it is not the inputs' fault.
    """
    import numpy as np

    state = _Run(max(1, size))
    pending = [(at, min(at + size, len(inputs))) for at in range(0, len(inputs), max(1, size))]
    pending.reverse()
    last: Exception | None = None
    while pending:
        start, end = pending.pop()
        if end - start > state.size:
            pending += _halves(start, end)
            continue
        try:
            vectors = function(inputs[start:end])
        except DeviceLost:
            raise
        except OutOfMemory:
            if end - start == 1:
                raise
            state.size = (end - start) // 2
            pending += _halves(start, end)
        except Exception as error:  # whatever it is, the others go on
            if end - start == 1:
                last, state.problems[start] = error, _reason(error)
            else:
                pending += _halves(start, end)
        else:
            if len(vectors) != end - start:
                raise ValueError(f"{end - start} inputs gave {len(vectors)} rows.")
            _take(state, start, np.asarray(vectors, dtype=np.float32))
    if last is not None and not state.rows and len(inputs) > 1:
        raise last
    return _collected(state, len(inputs))


def _halves(start: int, end: int) -> list[tuple[int, int]]:
    """The first half last, as it is taken first."""
    middle = (start + end) // 2
    return [(middle, end), (start, middle)]


def _take(state: _Run, start: int, vectors: "Vectors") -> None:
    import numpy as np

    for offset, row in enumerate(vectors):
        if np.isfinite(row).all():
            state.rows[start + offset] = row
        else:
            state.problems[start + offset] = NOT_FINITE


def _collected(state: _Run, count: int) -> Outputs:
    import numpy as np

    width = next(iter(state.rows.values())).shape[0] if state.rows else 0
    vectors = np.zeros((count, width), np.float32)
    for index, row in state.rows.items():
        vectors[index] = row
    return Outputs(vectors, dict(sorted(state.problems.items())), state.size)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__
