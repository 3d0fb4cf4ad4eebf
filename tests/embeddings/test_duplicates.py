"""Near duplicates by CLIP-H: only vectors that mean something now, by reading and by index."""

import uuid

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dtoolkit.core.errors import Unavailable
from dtoolkit.jobs.models import Job
from embeddings import job_names
from embeddings.models import ClipHVector, Weights
from embeddings.search import pairs
from embeddings.services import bulk_loads, indexes
from embeddings.spaces import SPACES
from gallery.duplicates import channels
from gallery.models import DuplicateGroup, Image
from gallery.services.duplicates import finding
from tests.embeddings.known import give_weights
from tests.embeddings.looks import add_vectors
from tests.factories import FolderFactory, ImageFactory
from tests.gallery.scanning.conftest import Progress

pytestmark = pytest.mark.django_db

KEY = "clip-h@1"


@pytest.fixture
def folder():
    give_weights("clip-h")
    return FolderFactory()


@pytest.fixture(params=["read", "index"])
def way(request, monkeypatch) -> str:
    if request.param == "index":
        monkeypatch.setattr(pairs, "READ_UP_TO", 1)
    return request.param


def at(cosine: float, of: np.ndarray, seed: int) -> np.ndarray:
    """A vector of that cosine to `of`."""
    aside = np.random.default_rng(seed).normal(size=of.shape)
    aside -= of * (aside @ of) / (of @ of)
    aside *= np.linalg.norm(of) / np.linalg.norm(aside)
    return cosine * of + np.sqrt(1 - cosine**2) * aside


def add(folder, vectors, key: str = KEY) -> list[Image]:
    names = [f"{number}.png" for number in range(len(vectors))]
    images = [ImageFactory(folder=folder, name=name, prompt=None) for name in names]
    add_vectors(images, np.array(vectors), key)
    return images


def look(folder, limit: float = 0.96) -> list[list[str]]:
    channel = channels.get("looks")
    finding.find(folder.root.collection, channel, limit, Progress())
    groups = DuplicateGroup.objects.filter(channel="looks", state="open").order_by("pk")
    found = [list(g.members.order_by("pk").values_list("image__name", flat=True)) for g in groups]
    return sorted(found)


@pytest.fixture
def fox() -> np.ndarray:
    return np.random.default_rng(3).normal(size=1024)


def test_pictures_that_look_alike_are_grouped(folder, fox, way):
    other = np.random.default_rng(4).normal(size=1024)
    add(folder, [fox, at(0.99, fox, 1), other, at(0.95, fox, 2), 3 * at(0.97, other, 5)])
    assert look(folder) == [["0.png", "1.png"], ["2.png", "4.png"]]
    group = DuplicateGroup.objects.earliest("pk")
    assert group.distance == pytest.approx(0.01, abs=0.002)
    assert channels.get("looks").describe(group.distance) == "99.0 % alike"
    assert look(folder, 0.94) == [["0.png", "1.png", "3.png"], ["2.png", "4.png"]]


def test_a_random_library_is_grouped_as_by_comparing_each_with_each(folder, way):
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(12, 1024))
    vectors = [at(rng.uniform(0.95, 1), centres[n % 12], n) for n in range(60)]
    images = add(folder, vectors)
    ids = np.array([image.pk for image in images])
    rows = np.array(vectors) / np.linalg.norm(vectors, axis=1)[:, None]
    cosines = rows @ rows.T
    found = set()
    blocks = pairs.near(SPACES["clip_h"], folder.root.collection, KEY, ids, 0.05)
    for _, (a, b, distances) in blocks:
        for one, two, distance in zip(a.tolist(), b.tolist(), distances.tolist(), strict=True):
            found.add((min(one, two), max(one, two)))
            places = ids.tolist().index(one), ids.tolist().index(two)
            assert 1 - distance == pytest.approx(cosines[places], abs=2e-3)
    near = np.argwhere(np.triu(cosines >= 0.951, 1))
    assert {(ids[a], ids[b]) for a, b in near} <= found
    assert all(cosines[ids.tolist().index(a), ids.tolist().index(b)] >= 0.949 for a, b in found)


def test_vectors_of_other_weights_or_of_a_former_file_do_not_count(folder, fox, way):
    images = add(folder, [fox, fox])
    add_vectors([ImageFactory(folder=folder, name="old.png")], np.array([fox]), "clip-h@0")
    replaced = ImageFactory(folder=folder, name="replaced.png")
    add_vectors([replaced], np.array([fox]))
    Image.objects.filter(pk=replaced.pk).update(fingerprint=uuid.uuid4())
    Image.objects.filter(pk=images[1].pk).update(is_for_deletion=True)
    assert look(folder) == []
    Image.objects.filter(pk=images[1].pk).update(is_for_deletion=False)
    assert look(folder) == [["0.png", "1.png"]]


def test_what_was_said_to_be_no_duplicates_stays_apart(folder, fox, way):
    add(folder, [fox, at(0.99, fox, 1), at(0.99, fox, 2)])
    look(folder)
    DuplicateGroup.objects.update(state="dismissed")
    assert look(folder) == []


def test_a_vector_of_nothing_is_near_nothing(folder, fox):
    add(folder, [np.zeros(1024), np.zeros(1024), fox])
    assert look(folder) == []


def test_without_weights_or_vectors_it_says_so(folder, fox):
    channel, collection = channels.get("looks"), folder.root.collection
    assert channel.missing(collection) == "Nothing is embedded in Looks yet."
    add(folder, [fox])
    assert channel.missing(collection) == ""
    Weights.objects.all().delete()
    assert channel.missing(collection).startswith("CLIP ViT-H/14 is not installed")
    with pytest.raises(Unavailable, match="not installed"):
        finding.start(collection, channel)
    assert look(folder) == []
    assert ClipHVector.objects.exists()


def test_while_many_vectors_are_loaded_without_an_index_it_waits(folder, fox, monkeypatch):
    """Reading all for each would take days."""
    add(folder, [fox, at(0.99, fox, 1)])
    monkeypatch.setattr(pairs, "READ_UP_TO", 1)
    monkeypatch.setattr(indexes, "exists", lambda space: False)
    built = []
    monkeypatch.setattr(bulk_loads, "build", lambda space, progress: built.append(space.name))
    job = Job.objects.create(kind=job_names.IMAGES, state=Job.State.RUNNING)
    with pytest.raises(Unavailable, match="when that is over"):
        look(folder)
    job.delete()
    assert look(folder) == [["0.png", "1.png"]]
    assert built == ["clip_h"]


def test_of_many_the_index_is_asked_and_not_the_table(folder, fox):
    images = add(folder, [at(0.9, fox, seed) for seed in range(300)])
    ids = [image.pk for image in images[:20]]
    space = SPACES["clip_h"]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE embeddings_cliphvector")
    with CaptureQueriesContext(connection) as queries:
        pairs._by_index(space, KEY, np.array(ids), 0.04)
    asked = [query["sql"] for query in queries.captured_queries]
    (statement,) = [sql for sql in asked if "LATERAL" in sql]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN " + statement)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "cliphvector_near" in plan, plan
