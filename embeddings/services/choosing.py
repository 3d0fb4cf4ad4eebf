"""Which images a person means on a command line: numbers, or words of the query language."""

from collections.abc import Sequence

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Collection, Image, Selection
from gallery.search.query import ResultQuery
from gallery.services import selections


def of_query(collection: Collection, text: str) -> Selection:
    """All that the query finds now; what comes later is not meant. Raises `BadInput`."""
    query = ResultQuery(collection, q=text)
    query.images().exists()  # said now rather than by the job
    return selections.choose_all(selections.begin(query), query)


def of_numbers(image_ids: Sequence[int]) -> list[Selection]:
    """One for each collection that they are of. Raises `NotFound` for those that are not there."""
    found = dict(Image.objects.filter(pk__in=image_ids).values_list("pk", "collection"))
    unknown = sorted(set(image_ids).difference(found))
    if unknown:
        listed = ", ".join(map(str, unknown[:10]))
        raise NotFound(f"No image of the library has this number: {listed}.")
    chosen = []
    for collection in Collection.objects.filter(pk__in=set(found.values())).order_by("pk"):
        selection = selections.begin(ResultQuery(collection))
        ids = [pk for pk in image_ids if found[pk] == collection.pk]
        chosen.append(selections.pick(selection, ids, is_chosen=True))
    return chosen


def of_words(words: Sequence[str], collection: Collection | None) -> list[Selection]:
    """Numbers where they are nothing else, or a query in the collection."""
    if all(word.isascii() and word.isdigit() for word in words):
        return of_numbers([int(word) for word in words])
    if collection is None:
        raise BadInput("The library has no folder yet: manage.py start FOLDER adds one.")
    return [of_query(collection, " ".join(words))]
