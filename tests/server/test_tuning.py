import pytest

from dtoolkit.server import tuning

GB = 1024**3


def megabytes(value: str) -> int:
    assert value.endswith("MB")
    return int(value[:-2])


@pytest.mark.parametrize(
    ("memory", "shared"), [(2 * GB, 256), (8 * GB, 1024), (256 * GB, 2048), (GB // 2, 128)]
)
def test_a_laptop_keeps_its_memory_and_a_workstation_uses_it(memory: int, shared: int):
    values = tuning.settings(memory_bytes=memory, processors=4, is_throw_away=False)
    assert megabytes(values["shared_buffers"]) == shared
    assert megabytes(values["work_mem"]) <= 64


def test_a_persons_database_is_written_safely_and_a_throw_away_one_quickly():
    kept = tuning.settings(memory_bytes=8 * GB, processors=4, is_throw_away=False)
    assert not {"fsync", "synchronous_commit", "full_page_writes"} & set(kept)
    thrown = tuning.settings(memory_bytes=8 * GB, processors=4, is_throw_away=True)
    assert thrown["fsync"] == "off"
