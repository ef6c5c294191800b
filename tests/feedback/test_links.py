"""Every page that says that something went wrong leads to the form, with what happened where."""

import pytest
from django.template import loader
from lxml import html

pytestmark = pytest.mark.django_db
BARE = ("400", "403_csrf", "429", "500", "503", "503_busy")


def link_of(page: str) -> str:
    [link] = html.fromstring(page).xpath("//a[starts-with(@href, '/feedback/')]/@href")
    return link


@pytest.mark.parametrize("name", BARE)
def test_a_bare_page_of_errors_leads_to_the_form(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = loader.get_template(f"{name}.html").render({"incident": "6319-A4D6", "page": "/tasks/a b/"})
    assert link_of(page) == "/feedback/?page=/tasks/a%20b/&incident=6319-A4D6"


def test_a_page_that_is_not_there_leads_to_it_with_its_code(client, reference):
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404
    assert link_of(answer.text) == f"/feedback/?page=/khong-co-trang-nay/&incident={answer['X-Request-ID']}"


def test_a_page_that_one_may_not_open_leads_to_it(keeper, signed_in):
    answer = signed_in(keeper).get("/jobs/")
    assert answer.status_code == 403
    assert link_of(answer.text) == f"/feedback/?page=/jobs/&incident={answer['X-Request-ID']}"


def test_a_limit_leads_to_it(client, reference, settings, own_counts):
    settings.LIMITS = settings.LIMITS | {"public": (0, 1_000_000_000)}
    answer = client.get("/about/")
    assert answer.status_code == 429
    assert link_of(answer.text).startswith("/feedback/?page=/about/")


def test_the_part_for_other_pages_speaks_of_the_page_it_stands_on():
    part = loader.get_template("components/feedback.html").render({"page": "/about/"})
    [form] = html.fromstring(part).xpath("//form")
    assert form.get("action") == "/feedback/"
    assert form.xpath(".//input[@name='page']/@value") == ["/about/"]
    assert "Không ghi họ tên, số điện thoại" in part
