import io
from pathlib import Path

from dtoolkit.server import logs


def test_a_log_is_rotated_and_only_the_last_are_kept(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(logs, "MAX_BYTES", 1000)
    log = logs.PartLog(tmp_path / "web.log")
    for number in range(400):
        log.write(f"line {number} of a chatty program")
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())


def test_bytes_that_are_no_text_do_not_stop_the_log(tmp_path: Path):
    log = logs.PartLog(tmp_path / "web.log")
    log.follow(io.BytesIO(b"before\n\xff\xfe\nafter\n"))
    assert log.last_words() == "  before\n  \ufffd\ufffd\n  after"
    log.close()


def test_a_file_that_another_process_writes_is_copied_and_cut(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(logs, "MAX_BYTES", 10)
    path = tmp_path / "postgres.log"
    with path.open("ab") as held_open:
        held_open.write(b"a long line of words\n")
        held_open.flush()
        logs.cut(path)
        held_open.write(b"and on\n")
    assert path.read_bytes() == b"and on\n"
    assert (tmp_path / "postgres.log.1").read_bytes() == b"a long line of words\n"


def test_a_small_or_absent_file_is_left_alone(tmp_path: Path):
    logs.cut(tmp_path / "absent.log")
    (tmp_path / "small.log").write_text("few words")
    logs.cut(tmp_path / "small.log")
    assert [path.name for path in tmp_path.iterdir()] == ["small.log"]
