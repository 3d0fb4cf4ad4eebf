"""Other pages in the same browser stay out."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_foreign_host_name_that_leads_here_is_refused(client: Client):
    """DNS rebinding: the browser believes that we are that site."""
    response = client.get("/jobs/", headers={"Host": "evil.example"})
    assert response.status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "destination"), [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")]
)
def test_pictures_scripts_and_frames_of_other_sites_get_nothing(
    client: Client, site: str, mode: str, destination: str
):
    response = client.get(
        "/jobs/",
        headers={
            "Sec-Fetch-Site": site,
            "Sec-Fetch-Mode": mode,
            "Sec-Fetch-Dest": destination,
        },
    )
    assert response.status_code == 403


def test_a_form_of_another_site_changes_nothing(client: Client):
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert client.post("/welcome/account/", {}, headers=headers).status_code == 403


def test_a_form_without_its_token_changes_nothing():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/welcome/account/", {})
    assert response.status_code == 403
    foreign = {"Origin": "https://evil.example"}
    assert strict.post("/welcome/account/", {}, headers=foreign).status_code == 403


def test_a_link_that_a_person_follows_opens_the_page(client: Client):
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert client.get("/jobs/", headers=headers).status_code == 200


def test_no_answer_may_be_read_or_framed_elsewhere(client: Client):
    response = client.get("/jobs/")
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_administration_pages_need_nothing_that_the_policy_forbids(admin_client: Client):
    for address in ("/admin/", "/admin/auth/user/", "/admin/auth/user/add/"):
        page = admin_client.get(address).content.decode()
        assert "<style" not in page and " style=" not in page and " onclick=" not in page
        assert "<script>" not in page
