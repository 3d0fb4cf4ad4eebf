import pytest
from django.db import OperationalError, connection
from django.test import Client

import dtoolkit
from dtoolkit import api
from dtoolkit.jobs import kinds
from dtoolkit.jobs.services import clusters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def vector(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")


@pytest.fixture
def workers():
    for name in kinds.clusters():
        clusters.beat(f"key-{name}", name)


def test_all_is_well(client: Client, workers):
    response = client.get("/api/health")
    assert response.status_code == 200
    told = response.json()
    assert told["status"] == "ok"
    assert told["version"] == dtoolkit.__version__
    assert told["database"]["ok"] and told["database"]["vector"]
    assert {cluster["name"] for cluster in told["clusters"]} == {"default", "gpu"}
    assert told["missing"] == []
    assert "no-store" in response.headers["Cache-Control"]


def test_missing_workers_are_told_with_what_to_do(client: Client):
    response = client.get("/api/health")
    assert response.status_code == 503
    assert "manage.py start" in response.json()["missing"][0]


def test_a_missing_extension_is_told_with_what_to_do(client: Client, workers, monkeypatch):
    monkeypatch.setattr(api, "EXTENSION", "of_another_server")
    response = client.get("/api/health")
    assert response.status_code == 503
    assert "CREATE EXTENSION vector" in response.json()["missing"][0]


def test_a_database_that_is_away_is_told_without_a_failing_page(client: Client, monkeypatch):
    def away() -> None:
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/api/health")
    assert response.status_code == 503
    told = response.json()
    assert told["database"] == {
        "ok": False,
        "reason": "connection refused Is the server running?",
    }
    assert told["missing"] == ["The database does not answer."]


def test_strangers_are_told_the_status_alone(client: Client, workers, settings):
    settings.IS_LOOPBACK = False
    assert client.get("/api/health").json() == {"status": "ok"}


def test_those_with_an_account_are_told_all(client: Client, admin_user, workers, settings):
    settings.IS_LOOPBACK = False
    client.force_login(admin_user)
    assert client.get("/api/health").json()["version"] == dtoolkit.__version__


def test_it_is_read_only(client: Client):
    assert client.post("/api/health").status_code == 405
