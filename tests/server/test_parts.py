"""Small Python programs under the supervisor, and a clock that the test turns."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from dtoolkit.server.parts import MOST_DEATHS, GaveUp, Part


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def part(tmp_path: Path, code: str, clock: Clock | None = None) -> Part:
    return Part(
        "web server",
        [sys.executable, "-c", code],
        tmp_path / "web.log",
        clock=clock or time.monotonic,
    )


def tend_until_told(a_part: Part, seconds: float = 10) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        told = a_part.tend()
        if told:
            return told
        time.sleep(0.01)
    raise AssertionError("nothing was told")


def test_what_it_says_is_in_its_log(tmp_path: Path):
    web = part(tmp_path, "print('up'); import sys; print('oh', file=sys.stderr)")
    web.start()
    tend_until_told(web)
    web.end(1)
    assert sorted((tmp_path / "web.log").read_text().split()) == ["oh", "up"]


def test_it_is_started_again_after_growing_pauses(tmp_path: Path, clock: Clock):
    web = part(tmp_path, "raise SystemExit(3)", clock)
    web.start()
    told = []
    for _ in range(MOST_DEATHS - 1):
        told.append(tend_until_told(web))
        clock.now += 0.9
        assert web.tend() is None and web.pid is None
        clock.now += 20
        web.tend()
        assert web.pid is not None
    assert told[0] == "The web server ended (code 3); starting again in 1 s."
    assert [text.rsplit(" ", 2)[1] for text in told] == ["1", "2", "4", "8"]
    web.end(1)


def test_it_gives_up_after_five_deaths_within_two_minutes_and_shows_the_last_words(
    tmp_path: Path, clock: Clock
):
    web = part(tmp_path, "raise SystemExit('no such port')", clock)
    web.start()
    with pytest.raises(GaveUp, match=r"(?s)5 times.*no such port.*web\.log"):
        for _ in range(MOST_DEATHS):
            tend_until_told(web)
            clock.now += 20
            web.tend()
    web.end(0)


def test_deaths_long_ago_are_forgiven(tmp_path: Path, clock: Clock):
    web = part(tmp_path, "raise SystemExit(1)", clock)
    web.start()
    for _ in range(2 * MOST_DEATHS):
        tend_until_told(web)
        clock.now += 60
        web.tend()
    web.end(0)


def test_its_end_is_asked_for_by_closing_its_input(tmp_path: Path):
    web = part(tmp_path, "import sys; sys.stdin.read(); print('good bye')")
    web.start()
    web.end(10)
    assert (tmp_path / "web.log").read_text() == "good bye\n"


def test_one_that_does_not_end_is_killed_with_all_that_it_started(tmp_path: Path):
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    web = part(tmp_path, code)
    web.start()
    log = tmp_path / "web.log"
    while not log.exists() or not log.read_text().endswith("\n"):
        time.sleep(0.01)
    child = psutil.Process(int(log.read_text()))
    web.end(0.1)
    _, alive = psutil.wait_procs([child], timeout=5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


def test_what_a_dead_part_started_does_not_go_on_alone(tmp_path: Path):
    code = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); os._exit(9)"
    )
    web = part(tmp_path, code)
    web.start()
    tend_until_told(web)
    web.end(0)
    child = int((tmp_path / "web.log").read_text())
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and time.monotonic() < deadline:
        if psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.01)
    else:
        assert not psutil.pid_exists(child)
