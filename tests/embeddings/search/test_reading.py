"""A read ends with what it set, and at its limit with a reason."""

import pytest
from django.db import ProgrammingError, connection

from dtoolkit.core.errors import Unavailable
from embeddings.search.reading import reading

SLOW = "SELECT count(pg_sleep(5))"


@pytest.mark.parametrize("reads_before", [0, 1])
def test_what_takes_too_long_is_stopped_with_a_reason_and_the_connection_goes_on(db, reads_before):
    with pytest.raises(Unavailable, match="stopped after"), reading(limit_ms=50) as reader:
        for _ in range(reads_before):
            reader.row("SELECT 1", {})
        reader.row(SLOW, {})
    with reading() as reader:
        (answer,) = reader.row("SELECT 7", {})
    assert int.from_bytes(answer, "big") == 7


def test_a_wrong_statement_is_told_as_such(db):
    with pytest.raises(ProgrammingError, match="nowhere"), reading() as reader:
        reader.row("SELECT * FROM nowhere", {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)
