"""Nothing goes on when the supervisor is gone, however it went."""

import time

import psutil
import pytest

SUPERVISOR = """
import sys, time
from pathlib import Path
from dtoolkit.server.parts import Part
part = Part("part", [sys.executable, "-c", {code!r}], Path(sys.stdin.readline().strip()))
part.start()
print(part.pid, flush=True)
time.sleep(60)
"""
WATCHED = """
import subprocess, sys, threading, time
from dtoolkit.server import child
child.GRACE_S = 0.2
ended = threading.Event()
threading.Thread(
    target=child._end_with_supervisor, args=(ended, lambda: print("left", flush=True)), daemon=True
).start()
{body}
"""
STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
time.sleep(60)
"""
POLITE = """
import os, signal
signal.signal(signal.SIGTERM, lambda *_: (ended.set(), os._exit(0)))
time.sleep(60)
"""


@pytest.mark.parametrize("body", [STUBBORN, POLITE], ids=["stubborn", "polite"])
def test_a_part_and_all_it_started_end_when_the_supervisor_is_killed(python_code, tmp_path, body):
    supervisor = python_code(SUPERVISOR.format(code=WATCHED.format(body=body)))
    supervisor.stdin.write(f"{tmp_path / 'part.log'}\n")
    supervisor.stdin.flush()
    part = psutil.Process(int(supervisor.stdout.readline()))
    deadline = time.monotonic() + 10
    while body is STUBBORN and not part.children() and time.monotonic() < deadline:
        time.sleep(0.02)
    family = [part, *part.children()]
    time.sleep(0.5)
    supervisor.kill()
    while time.monotonic() < deadline and any(map(lives, family)):
        time.sleep(0.02)
    assert not any(map(lives, family))


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
