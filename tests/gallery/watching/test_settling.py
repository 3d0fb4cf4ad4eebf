from gallery.watching.settling import EMPTY_S, QUIET_S, Settling


class Disk:
    """Files by name and a clock, both in the test's hand."""

    def __init__(self):
        self.now = 100.0
        self.stamps = {}

    def settling(self):
        return Settling(self.stamps.get, lambda: self.now)


def test_a_file_is_settled_when_nothing_was_heard_of_it_for_a_while():
    disk = Disk()
    disk.stamps["a.png"] = (10, 1)
    settling = disk.settling()
    settling.touch(["a.png"])
    disk.now += QUIET_S / 2
    assert settling.settled() == []
    assert list(settling.unsettled()) == ["a.png"]
    disk.now += QUIET_S
    assert settling.settled() == ["a.png"]
    assert len(settling) == 0


def test_a_slow_copy_is_waited_for_although_it_is_silent_between():
    disk = Disk()
    disk.stamps["a.png"] = (10, 1)
    settling = disk.settling()
    settling.touch(["a.png"])
    for size in (20, 30, 40):
        disk.stamps["a.png"] = (size, 1)
        disk.now += QUIET_S + 0.1
        assert settling.settled() == []
    disk.now += QUIET_S + 0.1
    assert settling.settled() == ["a.png"]


def test_each_new_word_of_a_file_starts_its_waiting_anew():
    disk = Disk()
    disk.stamps["a.png"] = (10, 1)
    settling = disk.settling()
    for _ in range(5):
        settling.touch(["a.png"])
        disk.now += QUIET_S * 0.9
        assert settling.settled() == []
    disk.now += QUIET_S * 0.2
    assert settling.settled() == ["a.png"]


def test_a_file_that_went_is_settled_so_that_its_folder_is_looked_at():
    disk = Disk()
    settling = disk.settling()
    settling.touch(["gone.png"])
    disk.now += QUIET_S + 0.1
    assert settling.settled() == ["gone.png"]


def test_an_empty_file_gets_time_to_be_filled_but_not_for_ever():
    disk = Disk()
    disk.stamps["a.png"] = (0, 1)
    settling = disk.settling()
    settling.touch(["a.png"])
    disk.now += EMPTY_S - 1
    assert settling.settled() == []
    disk.now += EMPTY_S
    assert settling.settled() == ["a.png"]


def test_one_unfinished_file_does_not_hold_the_others():
    disk = Disk()
    disk.stamps |= {"a.png": (10, 1), "b.png": (10, 1)}
    settling = disk.settling()
    settling.touch(["a.png", "b.png"])
    disk.now += QUIET_S + 0.1
    disk.stamps["b.png"] = (20, 2)
    assert settling.settled() == ["a.png"]
    assert list(settling.unsettled()) == ["b.png"]
