"""What the benchmark takes for true is found in real files, read as in use."""

import pytest

from dtoolkit.jobs.kinds import Unwatched
from gallery.bench import families as bench
from gallery.bench import families_library
from gallery.models import Kin
from gallery.services import families, roots

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_family_of_real_files_is_found(tmp_path, settings):
    truth = families_library.write(tmp_path / "library", 1)
    root = roots.add(roots.collection("default"), tmp_path / "library")
    bench.run_all("quick_scan", root.pk)
    families.find(root.collection, Unwatched(), is_whole=True)
    found = {**bench.stacks_of(truth), **bench.parents_of(truth)}
    assert found["stack_precision"] == found["idea_precision"] == 1
    assert min(found.values()) >= 0.8
    assert set(Kin.objects.values_list("evidence", flat=True)) == {
        "content", "recorded", "recipe", "pixels",
    }  # fmt: skip
