"""Whether networks can run here, and if not, what to do; nothing is loaded to tell."""

from importlib.util import find_spec

from dtoolkit.inference import specs
from dtoolkit.inference.errors import InferenceError
from dtoolkit.inference.loading import LIBRARIES
from embeddings.services import weights
from embeddings.spaces import EmbeddingSpace


def has_libraries() -> bool:
    return all(find_spec(name) is not None for name in ("torch", "safetensors"))


def why_not(space: EmbeddingSpace) -> str:
    """A sentence for the person; empty where it can be embedded."""
    if not has_libraries():
        return LIBRARIES
    try:
        weights.located(specs.get(space.network))
    except InferenceError as error:
        return str(error)
    return ""
