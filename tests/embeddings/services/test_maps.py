"""Drawing the map of a library."""

import numpy as np
import pytest

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from embeddings.models import MapDrawing, MapPoint, Weights
from embeddings.projection import layout
from embeddings.search import map_marks, packed
from embeddings.services import maps
from gallery.models import Image
from gallery.search.query import ResultQuery
from tests.embeddings.looks import KEY, add_images, add_vectors, groups_of_vectors
from tests.factories import CollectionFactory, ImageFactory, ResourceFactory

pytestmark = pytest.mark.django_db


class Told:
    def __init__(self):
        self.done = 0
        self.messages = []

    def report(self, done, failed=0, message="", found=None):
        self.done = done
        self.messages.append(message)

    def check(self):
        pass


@pytest.fixture
def planes(monkeypatch):
    """Two components instead of UMAP, which takes half a minute to start."""
    monkeypatch.setattr(layout, "method_for", lambda count: "pca")


def collection_of(images):
    return images[0].collection


def test_pictures_that_look_alike_lie_near_each_other(planes):
    images = add_images(60, groups=3)
    told = Told()
    drawing = maps.draw(collection_of(images), told)
    assert (drawing.image_count, drawing.sample_count, drawing.method) == (60, 60, "pca")
    assert drawing.model_key == KEY
    assert drawing.group_count == 3
    assert told.done == 60
    points = map_marks.points(drawing)
    assert points.ids.tolist() == [image.pk for image in images]
    steps = points.steps.astype(float)
    centres = np.stack([steps[group::3].mean(axis=0) for group in range(3)])
    nearest = np.linalg.norm(steps[:, None] - centres, axis=2).argmin(axis=1)
    assert nearest.tolist() == [number % 3 for number in range(60)]


def test_what_is_not_in_the_sample_is_placed_among_those_that_are(monkeypatch):
    """With the true UMAP: 60 of 90 are laid out, 30 placed among their neighbours."""
    monkeypatch.setattr(maps, "MOST_SAMPLED", 60)
    monkeypatch.setattr(maps, "_AT_ONCE", 32)
    images = add_images(90, groups=3)
    drawing = maps.draw(collection_of(images), Told())
    assert (drawing.image_count, drawing.sample_count, drawing.method) == (90, 60, "umap")
    first = map_marks.points(drawing)
    steps = first.steps.astype(float)
    centres = np.stack([np.median(steps[group::3], axis=0) for group in range(3)])
    nearest = np.linalg.norm(steps[:, None] - centres, axis=2).argmin(axis=1)
    assert nearest.tolist() == [number % 3 for number in range(90)]
    again = maps.draw(collection_of(images), Told())
    assert (map_marks.points(again).steps == first.steps).all(), "the same map each time"
    assert list(MapDrawing.objects.all()) == [again]


def test_a_library_without_vectors_has_nothing_to_draw():
    with pytest.raises(NotFound, match="nothing to draw"):
        maps.draw(CollectionFactory(), Told())
    assert not MapDrawing.objects.exists()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_handful_can_be_drawn(count):
    drawing = maps.draw(collection_of(add_images(count, groups=count)), Told())
    assert (drawing.image_count, drawing.method) == (count, "pca")


def test_where_umap_is_missing_main_components_are_drawn(monkeypatch):
    monkeypatch.setattr(layout, "find_spec", lambda name: None)
    drawing = maps.draw(collection_of(add_images(50)), Told())
    assert drawing.method == "pca"


def test_a_vector_of_zeros_has_no_direction_and_lies_in_the_middle(planes):
    images = add_images(10)
    bad = ImageFactory(folder=images[0].folder)
    vector = groups_of_vectors(1, 1)
    vector[:] = 0
    add_vectors([bad], vector)
    drawing = maps.draw(collection_of(images), Told())
    assert drawing.image_count == 11
    assert np.isfinite(map_marks.points(drawing).steps).all()


def test_only_vectors_of_the_weights_in_use_are_drawn(planes):
    images = add_images(8)
    newer = [ImageFactory(folder=images[0].folder) for _ in range(5)]
    add_vectors(newer, groups_of_vectors(5, 1), key="clip-h:newer")
    Weights.objects.create(network="clip-h", path="/x", source="person", model_key="clip-h:newer")
    drawing = maps.draw(collection_of(images), Told())
    assert (drawing.image_count, drawing.model_key) == (5, "clip-h:newer")
    Weights.objects.update(model_key=KEY)
    assert maps.news(drawing).is_of_other_weights


def test_images_that_came_since_are_counted(planes):
    images = add_images(6)
    drawing = maps.draw(collection_of(images), Told())
    assert maps.news(drawing) == maps.News(0, is_of_other_weights=False)
    add_images(4, folder=images[0].folder)
    assert maps.news(drawing).came == 4


def test_a_deleted_image_leaves_the_map(planes):
    images = add_images(6)
    drawing = maps.draw(collection_of(images), Told())
    Image.objects.filter(pk=images[2].pk).delete()
    assert map_marks.count(drawing) == 5
    assert images[2].pk not in map_marks.points(drawing).ids


def test_another_collection_keeps_its_map(planes):
    here = maps.draw(collection_of(add_images(4)), Told())
    other = CollectionFactory(slug="other", name="Other")
    image = ImageFactory(folder__root__collection=other)
    add_vectors([image], groups_of_vectors(1, 1))
    there = maps.draw(other, Told())
    assert map_marks.points(there).ids.tolist() == [image.pk]
    assert map_marks.count(here) == 4


def test_it_is_a_job_that_is_started_once(planes):
    images = add_images(12)
    collection = collection_of(images)
    job = maps.start(collection)
    assert maps.start(collection) == job == maps.job_of(collection)
    Job.objects.update(is_inline=True)
    job.refresh_from_db()
    run_inline(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.description) == ("done", 12, "Drawing the map")
    assert MapPoint.objects.count() == 12
    assert maps.job_of(collection) is None


def test_a_drawing_that_is_stopped_leaves_the_old_map(planes):
    images = add_images(12)
    drawing = maps.draw(collection_of(images), Told())

    class Stopped(Told):
        def check(self):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        maps.draw(collection_of(images), Stopped())
    assert MapDrawing.objects.get() == drawing
    assert map_marks.count(drawing) == 12


def test_a_result_is_marked_in_the_order_of_the_points(planes):
    images = add_images(9)
    Image.objects.filter(pk__in=[images[1].pk, images[7].pk]).update(rating=9)
    drawing = maps.draw(collection_of(images), Told())
    ids = map_marks.points(drawing).ids
    marks = map_marks.is_in(ResultQuery(collection_of(images), q="rating:>=8"), ids)
    assert np.flatnonzero(marks).tolist() == [1, 7]


def test_colours_are_by_what_is_frequent(planes, monkeypatch):
    monkeypatch.setattr(map_marks, "MOST_COLOURS", 1)
    monkeypatch.setattr(map_marks, "OTHERS", 2)
    images = add_images(5)
    checkpoint = ResourceFactory()
    used_in = [images[number].pk for number in (1, 2, 4)]
    Image.objects.filter(pk__in=used_in).update(checkpoint=checkpoint)
    drawing = maps.draw(collection_of(images), Told())
    found = map_marks.colours(drawing, "checkpoint")
    assert found.titles == (checkpoint.name,)
    assert found.numbers.tolist() == [0, 1, 1, 0, 1]
    assert not found.has_others
    folders = map_marks.colours(drawing, "folder")
    assert folders.titles == (images[0].folder.path,)
    Image.objects.filter(pk=images[1].pk).update(rating=10)
    assert map_marks.colours(drawing, "rating").numbers.tolist() == [0, 4, 0, 0, 0]


def test_a_row_with_nan_is_left_out(planes, monkeypatch):
    images = add_images(7)
    read = packed.vectors

    def with_nan(query, width):
        ids, vectors = read(query, width)
        vectors[ids == images[3].pk] = np.nan
        return ids, vectors

    monkeypatch.setattr(packed, "vectors", with_nan)
    drawing = maps.draw(collection_of(images), Told())
    assert drawing.image_count == 6
    assert images[3].pk not in map_marks.points(drawing).ids
