"""Who may come in, by where the server listens and how the request came."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def listens_everywhere(settings):
    settings.IS_LOOPBACK = False


@pytest.fixture(autouse=True)
def own_attempts(settings, tmp_path):
    settings.CACHES = {
        **settings.CACHES,
        "attempts": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": tmp_path / "attempts",
        },
    }


@pytest.fixture
def account():
    return get_user_model().objects.create_user("ada", password="lovelace-1843")


def test_on_loopback_nobody_logs_in(client: Client):
    assert client.get("/jobs/").status_code == 200


def test_beyond_loopback_a_page_asks_for_login_and_comes_back(
    client: Client, account, listens_everywhere
):
    response = client.get("/jobs/?state=failed")
    assert response.status_code == 302
    assert response.url == "/login/?next=/jobs/%3Fstate%3Dfailed"
    response = client.post(
        response.url, {"username": "ada", "password": "lovelace-1843", "next": "/jobs/"}
    )
    assert response.url == "/jobs/"
    assert client.get("/jobs/").status_code == 200
    client.post("/logout/")
    assert client.get("/jobs/").status_code == 302


def test_login_does_not_lead_to_other_sites(client: Client, account, listens_everywhere):
    response = client.post(
        "/login/",
        {"username": "ada", "password": "lovelace-1843", "next": "https://example.org/"},
    )
    assert response.status_code == 302
    assert "example.org" not in response.url


def test_beyond_loopback_the_api_answers_401_in_the_envelope(client: Client, listens_everywhere):
    response = client.get("/api/anything")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "login_required"


def test_a_fragment_sends_the_whole_page_to_the_login(client: Client, listens_everywhere):
    response = client.get("/jobs/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login/"


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host"])
def test_what_a_proxy_brings_to_loopback_needs_a_login(client: Client, header: str):
    assert client.get("/jobs/", headers={header: "203.0.113.9"}).status_code == 302


def test_a_name_allowed_besides_loopback_needs_a_login(client: Client, settings):
    settings.ENV = settings.ENV.model_copy(update={"allowed_hosts": (".example.org",)})
    settings.ALLOWED_HOSTS = ["localhost", ".example.org"]
    assert client.get("/jobs/", headers={"Host": "pictures.example.org"}).status_code == 302
    assert client.get("/jobs/", headers={"Host": "localhost:19280"}).status_code == 200


def test_an_account_that_was_closed_is_out_at_once(client: Client, account, listens_everywhere):
    client.force_login(account)
    assert client.get("/jobs/").status_code == 200
    account.is_active = False
    account.save()
    assert client.get("/jobs/").status_code == 302


def test_guessing_passwords_gets_slow_even_with_the_right_one(client: Client, account):
    wrong = {"username": "ada", "password": "babbage"}
    for _ in range(5):
        assert client.post("/login/", wrong).status_code == 200
    right = {"username": "ada", "password": "lovelace-1843"}
    response = client.post("/login/", right)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 1
    assert b"Too many wrong passwords" in response.content
    caches["attempts"].clear()
    assert client.post("/login/", right).status_code == 302


def test_another_address_is_not_slowed_down(client: Client, account):
    for _ in range(6):
        client.post("/login/", {"username": "ada", "password": "babbage"})
    right = {"username": "ada", "password": "lovelace-1843"}
    assert client.post("/login/", right, REMOTE_ADDR="192.0.2.7").status_code == 302
