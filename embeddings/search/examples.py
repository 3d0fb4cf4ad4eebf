"""From the terms of a query to examples with their vectors, and why others have none."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from dtoolkit.core import paths
from dtoolkit.inference.errors import InferenceError
from embeddings.models import Probe
from embeddings.search import missing, spaces_asked, stored
from embeddings.search.asking import Example
from embeddings.search.missing import Missing
from embeddings.services import encoding, probes
from embeddings.spaces import SPACES
from gallery.models import Collection, Image
from gallery.search.language import QueryError
from gallery.search.rankings import Term

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = dict[str, npt.NDArray[np.float32]]


class Examples:
    """Made of `terms` in `spaces`; `missing` says by space why it gave none."""

    def __init__(
        self,
        collection: Collection,
        terms: Sequence[Term],
        spaces: Sequence[str],
        *,
        are_named: bool,
    ) -> None:
        """`are_named`: a person named the spaces, so that each term speaks in all of them.

        Raises `QueryError` at a term that names nothing.
        """
        self.missing: dict[str, Missing] = {}
        self._spaces = spaces
        self._are_named = are_named
        images = _images(collection, terms)
        self._vectors = stored.vectors(images.values(), spaces)
        self.made = tuple(self._made(term, images) for term in terms)

    def _made(self, term: Term, images: Mapping[int, Image]) -> Example:
        content = term.content
        if isinstance(content, UUID):
            return Example("a picture", self._of_probe(_probe(term)), term.is_unlike)
        if isinstance(content, str):
            return Example(content, self._of_text(term), term.is_unlike)
        image = images[content]
        vectors = self._vectors[image.pk]
        for space in self._spaces_of(term):
            if space not in vectors:
                self._miss(space, missing.not_embedded(space, "This image"))
        wanted = {space: vectors[space] for space in self._spaces_of(term) if space in vectors}
        return Example(paths.display(image.name), wanted, term.is_unlike, image.pk)

    def _of_text(self, term: Term) -> "Vectors":
        found: Vectors = {}
        for space in self._spaces_of(term):
            network = SPACES[space].network
            try:
                found[space] = encoding.query_text(network, term.content)
            except InferenceError as error:
                self._miss(space, missing.broken(space, str(error)))
        return found

    def _of_probe(self, probe: Probe) -> "Vectors":
        found: Vectors = {}
        for space in self._spaces_of_keyword("similar"):
            if SPACES[space].is_of_texts:
                self._miss(space, missing.only_looks(space))
                continue
            try:
                found[space] = probes.vector(probe)
            except InferenceError as error:
                self._miss(space, missing.broken(space, str(error)))
        return found

    def _spaces_of(self, term: Term) -> list[str]:
        return self._spaces_of_keyword(term.keyword)

    def _spaces_of_keyword(self, keyword: str) -> list[str]:
        own = spaces_asked.of_keyword(keyword)
        return [space for space in self._spaces if self._are_named or space in own]

    def _miss(self, space: str, why: Missing) -> None:
        self.missing.setdefault(space, why)


def _images(collection: Collection, terms: Sequence[Term]) -> dict[int, Image]:
    """Those that the terms name, by id."""
    wanted = {term.content for term in terms if isinstance(term.content, int)}
    columns = ("name", "prompt", "negative_prompt", "fingerprint")
    rows = Image.objects.in_collection(collection).filter(pk__in=wanted).only(*columns)
    found = rows.in_bulk()
    for term in terms:
        if isinstance(term.content, int) and term.content not in found:
            said = f"{term.keyword}: no image here has the number {term.content}."
            raise QueryError(said, term.span)
    return found


def _probe(term: Term) -> Probe:
    found = probes.used(term.content)
    if found is None:
        said = "This picture is gone: pictures to search with are kept some days. Give it again."
        raise QueryError(said, term.span)
    return found
