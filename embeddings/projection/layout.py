"""Where the points of a sample lie: by UMAP, or without it by the two main components."""

from importlib.util import find_spec
from typing import Literal
from warnings import catch_warnings, simplefilter

import numpy as np

from embeddings.projection.reduction import Floats

Method = Literal["umap", "pca"]
SEED = 20260
_NEIGHBOURS = 15
_LEAST = 3 * _NEIGHBOURS  # below it UMAP has no neighbourhoods to keep


def method_for(count: int) -> Method:
    """What `count` points of a sample can be laid out by here."""
    return "umap" if count >= _LEAST and find_spec("umap") else "pca"


def lay_out(reduced: Floats, method: Method) -> Floats:
    """(n, 2) of (n, kept); the same for the same input."""
    if method == "pca":
        return main_plane(reduced)
    fitted = np.asarray(umap_of(reduced).embedding_, np.float32)
    if not np.isfinite(fitted).all():
        raise ValueError("UMAP lost points.")
    return fitted


def umap_of(reduced: Floats) -> "umap.UMAP":  # type: ignore[name-defined]  # noqa: F821
    """Fitted. One thread: more would give another map each time."""
    with catch_warnings():
        simplefilter("ignore", ImportWarning)  # it misses TensorFlow, which it does not need here
        import umap

    start = main_plane(reduced)
    plan = umap.UMAP(
        n_neighbors=_NEIGHBOURS,
        min_dist=0.12,
        metric="euclidean",
        init=start,
        random_state=SEED,
        n_jobs=1,
    )
    return plan.fit(reduced)


def main_plane(reduced: Floats) -> Floats:
    """The first two components, which a `Reduction` puts first; zeros where there are fewer."""
    plane = np.zeros((len(reduced), 2), np.float32)
    kept = min(2, reduced.shape[1])
    plane[:, :kept] = reduced[:, :kept]
    return plane
