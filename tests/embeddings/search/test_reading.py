"""A read ends with what it set, and at its limit with a reason; two run at once where they can."""

import pytest
from django.db import ProgrammingError, connection, transaction

from dtoolkit.core.errors import Unavailable
from embeddings.search import beside
from embeddings.search.binary import integers
from embeddings.search.reading import Read, Reader

SLOW = "SELECT count(pg_sleep(5))"


def number(statement):
    return Read(statement, {}, lambda row: integers(row)[0])


def setting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


PID = number("SELECT pg_backend_pid()")


@pytest.fixture(params=["in a transaction", "on its own"])
def somewhere(request, transactional_db):
    if request.param == "on its own":
        yield
    else:
        with transaction.atomic():
            yield


@pytest.fixture
def alone(transactional_db):
    """No transaction is open, and the server has another connection to spare."""
    beside._asked_again_at = 0.0
    connection.ensure_connection()
    return Reader()


@pytest.mark.parametrize("reads_before", [0, 1])
def test_what_takes_too_long_is_stopped_with_a_reason_and_the_connection_goes_on(
    somewhere, reads_before
):
    reader = Reader(limit_ms=50)
    with pytest.raises(Unavailable, match="stopped after"):
        reader.read_all([*[number("SELECT 1")] * reads_before, number(SLOW)])
    assert Reader().read(number("SELECT 7")) == 7


def test_a_wrong_statement_is_told_as_such(somewhere):
    with pytest.raises(ProgrammingError, match="nowhere"):
        Reader().read(number("SELECT * FROM nowhere"))
    assert setting("statement_timeout") == "0"


def test_what_is_set_holds_for_one_read(somewhere):
    before = setting("work_mem")
    told = "SELECT current_setting('work_mem')"
    read = Read(told, {}, lambda row: row[0].decode(), {"work_mem": "1234kB"})
    assert Reader().read_all([read, read]) == ["1234kB", "1234kB"]
    assert setting("work_mem") == before


def test_two_run_at_once_on_two_connections(alone):
    other, own, third = alone.read_all([PID, PID, PID])
    assert own == third == connection.connection.info.backend_pid
    assert other != own
    assert alone.read_all([PID, PID]) == [other, own], "The second one is kept."


def test_inside_a_transaction_all_see_what_it_wrote(transactional_db):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine AS SELECT 5 AS five")
        five = number("SELECT five FROM mine")
        assert Reader().read_all([five, five]) == [5, 5]
        transaction.set_rollback(True)


def test_where_the_server_has_no_second_one_all_run_on_the_first(alone, monkeypatch):
    def refuse(*_):
        raise ProgrammingError("sorry, too many clients already")

    connection.close()
    connection.ensure_connection()
    monkeypatch.setattr(connection, "get_new_connection", refuse)
    first, second = alone.read_all([PID, PID])
    assert first == second
    monkeypatch.undo()
    assert len({*alone.read_all([PID, PID])}) == 1, "It is not asked for at every search."
    monkeypatch.setattr(beside, "_asked_again_at", 0.0)
    assert len({*alone.read_all([PID, PID])}) == 2


def test_a_process_holds_no_more_than_its_share(alone, monkeypatch):
    connection.close()
    connection.ensure_connection()
    monkeypatch.setattr(beside, "MOST", 0)
    assert len({*alone.read_all([PID, PID])}) == 1
    monkeypatch.setattr(beside, "MOST", 1)
    assert len({*alone.read_all([PID, PID])}) == 2


def test_where_the_second_one_is_lost_its_read_is_done_again(alone):
    lost, own = alone.read_all([PID, PID])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
    assert alone.read_all([number("SELECT 8"), PID]) == [8, own]
    assert alone.read_all([PID, PID])[0] not in (own, lost)


def test_the_second_one_ends_with_the_first(alone):
    second, _ = alone.read_all([PID, PID])
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND pg_sleep(0.2) IS NOT NULL",
            [second],
        )
        assert cursor.fetchone() == (0,)


def test_one_that_takes_too_long_on_either_is_told_and_both_go_on(alone):
    brief = Reader(limit_ms=100)
    for reads in ([PID, number(SLOW)], [number(SLOW), PID]):
        with pytest.raises(Unavailable, match="stopped after"):
            brief.read_all(reads)
        assert len({*alone.read_all([PID, PID])}) == 2


def test_a_connection_that_the_server_closed_is_made_anew_at_the_next_request(alone, monkeypatch):
    own = alone.read(PID)
    beside.second(connection.connection).execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    monkeypatch.setattr(connection, "health_check_enabled", True)
    monkeypatch.setattr(connection, "health_check_done", False)
    assert alone.read(PID) != own
