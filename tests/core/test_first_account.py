import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db
FORM = {"username": "ada", "password1": "lovelace-1843", "password2": "lovelace-1843"}


def test_the_first_account_may_do_everything_and_is_logged_in(client: Client):
    assert client.get("/welcome/account/").status_code == 200
    response = client.post("/welcome/account/", FORM)
    assert response.status_code == 302
    user = get_user_model().objects.get()
    assert user.is_superuser and user.is_staff and user.check_password("lovelace-1843")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_there_is_no_second_first_account(client: Client):
    get_user_model().objects.create_user("grace")
    assert client.get("/welcome/account/").status_code == 409
    assert client.post("/welcome/account/", FORM).status_code == 409
    assert get_user_model().objects.count() == 1


def test_only_this_machine_may_make_it(client: Client, settings):
    assert client.post("/welcome/account/", FORM, headers={"X-Forwarded-For": "x"}).status_code in {
        302,
        404,
    }
    settings.IS_LOOPBACK = False
    assert client.post("/welcome/account/", FORM).status_code == 302
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password2": "other-1843"}, "match"),
        ({"password1": "1234", "password2": "1234"}, "too short"),
        ({"username": "<b>"}, "valid username"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(client: Client, change, words):
    response = client.post("/welcome/account/", {**FORM, **change})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not get_user_model().objects.exists()
