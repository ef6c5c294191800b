"""Problem details beside what errors said before: in Vietnamese, or in English where that is asked for."""

from datetime import date

import pytest
from django.urls import reverse

from apps.core.deprecation import Deprecation
from apps.core.problems import PROBLEMS
from apps.documents.api import LegalDocumentViewSet

UNITS = "/api/v1/units/"
pytestmark = pytest.mark.django_db


def test_a_refusal_has_the_members_of_the_standard(signed_in, officer, client):
    answer = signed_in(officer).get(f"{UNITS}VN-99/")
    told = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (told["status"], told["title"], told["detail"]) == (404, "Không tìm thấy", "Không tìm thấy.")
    assert told["instance"].endswith(answer["X-Request-ID"])
    page, _hash, code = told["type"].partition("#")
    assert page.endswith(reverse("api-problems"))
    assert f'id="{code}"' in client.get(reverse("api-problems")).content.decode()


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("en", "Not found"),
        ("en-GB, vi;q=0.5", "Not found"),
        ("vi, en;q=0.9", "Không tìm thấy"),
        ("fr", "Không tìm thấy"),
        ("fr, en;q=0.1", "Not found"),
        ("en;q=0", "Không tìm thấy"),
        ("*" * 4000, "Không tìm thấy"),
    ],
)
def test_the_language_is_the_one_asked_for(signed_in, officer, asked, title):
    answer = signed_in(officer).get(f"{UNITS}VN-99/", headers={"Accept-Language": asked})
    assert answer.json()["title"] == title
    assert answer["Content-Language"] == ("en" if title == "Not found" else "vi")


def test_the_apis_own_words_are_english_and_a_services_stay(signed_in, officer, keeper):
    english = {"Accept-Language": "en"}
    wrong = signed_in(officer).get(f"{UNITS}?x=1", headers=english).json()
    assert (wrong["title"], wrong["detail"]) == ("Invalid data or parameter", "What was sent is not valid: see errors.")
    method = signed_in(officer).post(UNITS, {}, headers=english).json()
    assert method["detail"] == "This address does not take POST."
    url = "/api/v1/registers/standards/"
    row = {"code": "1", "name": "A", "area": "m", "quantity": "Dài", "unit": "VN-24-2025", "holder": "B",
           "recognised_on": "2021-05-04"}  # fmt: skip
    client = signed_in(keeper)
    client.post(url, row, content_type="application/json")
    twice = client.post(url, row, content_type="application/json", headers=english).json()
    assert (twice["title"], twice["detail"]) == ("Such a record exists", "Ký hiệu đã có trong sổ.")


def test_each_code_has_words_in_both_languages():
    for code, problem in PROBLEMS.items():
        assert problem.title_en, code
        assert not problem.title.isascii(), code
        assert (problem.title_en + problem.told).isascii(), code


def test_an_address_that_will_go_says_when(signed_in, officer, monkeypatch):
    going = Deprecation(date(2027, 1, 1), date(2027, 12, 31), "/api/v2/documents/")
    monkeypatch.setattr(LegalDocumentViewSet, "deprecation", going)
    answer = signed_in(officer).get("/api/v1/documents/")
    assert answer["Deprecation"] == "@1798761600"
    assert answer["Sunset"] == "Fri, 31 Dec 2027 23:59:59 GMT"
    assert answer["Link"] == '</api/v2/documents/>; rel="successor-version"'
    assert "Sunset" not in signed_in(officer).get(UNITS).headers
