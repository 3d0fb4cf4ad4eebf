import pytest
from django.db import ProgrammingError, connection

from dtoolkit.server import schema
from dtoolkit.server.errors import ServerError


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone():
    said: list[str] = []
    schema.migrate(said.append)
    assert said == []


@pytest.mark.django_db
def test_a_server_without_pgvector_is_told_with_what_to_do(monkeypatch):
    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, query: str) -> None:
            raise ProgrammingError('extension "vector" is not available')

    monkeypatch.setattr(schema, "pending", lambda: 3)
    monkeypatch.setattr(connection, "cursor", Cursor)
    with pytest.raises(ServerError, match=r"Install pgvector.*CREATE EXTENSION vector"):
        schema.migrate(lambda text: None)
