"""With a network a batch is saved beside the next one's computing, and nothing is lost by it."""

import threading

import pytest
from django.db import connection, transaction

from gallery.pipeline.saving_behind import saver


def _session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_it_is_saved_in_another_thread_with_its_own_session() -> None:
    with saver(is_behind=True) as save:
        thread, session = save(lambda: (threading.get_ident(), _session()))()
    assert thread != threading.get_ident()
    assert session != _session()


@pytest.mark.django_db(transaction=True)
def test_what_was_begun_is_saved_when_the_work_stops() -> None:
    saved = []
    begin = threading.Event()
    with pytest.raises(RuntimeError), saver(is_behind=True) as save:
        save(lambda: begin.wait(5) and saved.append(1))
        begin.set()
        raise RuntimeError
    assert saved == [1]


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_raised_where_it_is_waited_for() -> None:
    with saver(is_behind=True) as save:
        wait = save(lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            wait()


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_it_is_saved_at_once() -> None:
    with transaction.atomic(), saver(is_behind=True) as save:
        assert save(threading.get_ident)() == threading.get_ident()
