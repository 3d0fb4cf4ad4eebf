"""Cards are taken by one process each."""

import subprocess
import sys

from dtoolkit.inference.claims import claim
from dtoolkit.inference.devices import Device, parse

SCRIPT = (
    "import sys; from pathlib import Path; from dtoolkit.inference.claims import claim;"
    "from dtoolkit.inference.devices import parse;"
    "print(claim(parse('cuda:0,cuda:1=2'), Path(sys.argv[1]))[0].name, flush=True);"
    "sys.stdin.read()"
)


def test_each_process_has_a_card_of_its_own_and_a_killed_one_gives_it_back(tmp_path):
    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, tmp_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return process, process.stdout.readline().strip()

    first, one = start()
    second, other = start()
    assert (one, other) == ("cuda:1", "cuda:0")
    assert len(claim(parse("cuda:0,cuda:1=2"), tmp_path)) == 2
    first.kill()
    first.communicate()
    third, again = start()
    assert again == "cuda:1"
    for process in (second, third):
        process.kill()
        process.communicate()


def test_where_there_is_no_choice_nothing_is_locked(tmp_path):
    assert claim((Device("cpu"),), tmp_path / "locks") == (Device("cpu"),)
    assert not (tmp_path / "locks").exists()
