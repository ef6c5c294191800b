"""What a page takes is what its view defines."""

import pytest

from tests.conftest import BAC_NINH
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db
READ = "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/units/", READ),
        ("/dashboard/", READ),
        ("/jobs/", READ),
        ("/registers/enterprises/new/", f"{READ}, POST"),
        ("/registers/enterprises/imports/", f"{READ}, POST"),
        ("/account/unit/", "POST"),
        ("/healthz", "GET, HEAD"),
        ("/readyz", "GET, HEAD"),
    ],
)
def test_allow_is_the_views(client, path, method, allowed):
    """Also for whom nothing is open: what is no method of the page is refused before anything is asked."""
    response = client.generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/units/", f"/units/{BAC_NINH}/print/"])
def test_post_to_a_page_without_a_form(signed_in, officer, path):
    response = signed_in(officer).post(path)
    assert response.status_code in (404, 405)
    assert response.status_code == 404 or response["Allow"] == READ


def test_options_names_no_method_that_is_refused(signed_in, keeper):
    response = signed_in(keeper).options("/registers/enterprises/new/")
    assert (response.status_code, response["Allow"]) == (200, f"{READ}, POST")


def test_an_address_that_is_none_has_no_methods(client):
    assert client.delete("/khong-co/").status_code == 404


def test_the_list_of_units_is_no_exception():
    """Every list that takes no form is read only."""
    lists = [route for route in all_routes().values() if route.is_list]
    assert len([route for route in lists if not hasattr(route.cls, "post")]) > 3
