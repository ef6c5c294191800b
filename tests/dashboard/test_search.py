"""The search over the whole portal: what is counted, where a code leads, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.dashboard import hits, searching
from apps.dashboard.places import BESIDE, places_called
from apps.documents.models import LegalDocument
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.registers import StandardFactory

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


def groups(client, text: str, **more: str) -> dict[str, searching.Group]:
    return {group.key: group for group in client.get(SEARCH, {"q": text, **more}).context["groups"]}


def test_a_code_in_full_goes_to_its_record(reader_client):
    enterprise = EnterpriseFactory(name="Cơ khí Sao Mai", tax_code="2300123457", unit_id=BAC_NINH)
    act = LegalDocument.objects.create(kind="Quyết định", number="777/QĐ-BN", issuer="UBND tỉnh Bắc Ninh")
    for text in ("2300123457", "MST: 2300123457"):
        assert reader_client.get(SEARCH, {"q": text}).url == enterprise.get_absolute_url()
    for text in ("777/qđ-bn", "Quyết định số 777/QĐ-BN"):
        assert reader_client.get(SEARCH, {"q": text}).url == act.get_absolute_url()
    typed = reader_client.get(SEARCH, {"q": "2300123457"}, headers={"HX-Request": "true"})
    assert typed["HX-Redirect"] == enterprise.get_absolute_url()
    LegalDocument.objects.create(kind="Quyết định", number="777/QĐ-BN", issuer="Cơ quan khác")
    assert groups(reader_client, "777/QĐ-BN")["documents"].count == 2, "two of one number: the person chooses"


def test_hits_say_why_and_counts_stop(reader_client, monkeypatch):
    for module in (searching, hits):
        monkeypatch.setattr(module, "COUNTED", 2)
    for number in range(4):
        StandardFactory(code=f"SM-{number}", name=f"Chuẩn Sao Mai {number}")
    StandardFactory(code="X-1", name="Chuẩn khác", holder="Viện Sao Mai")
    found = groups(reader_client, "sao mai")["standards"]
    assert (found.counted, len(found.hits)) == ("2+", 5)
    assert {str(one.reason) for one in found.hits} == {"tên chuẩn", "tổ chức lưu giữ"}
    assert "<mark>Sao Mai</mark>" in reader_client.get(SEARCH, {"q": "sao mai"}).content.decode()


def test_nothing_out_of_sight_is_counted_or_hinted_at(outsider, signed_in):
    EnterpriseFactory(name="Cơ khí Sao Mai", tax_code="2300123457", unit_id=BAC_NINH)
    EnterpriseFactory(name="Sao Mai Đà Lạt", unit_id=LAM_DONG)
    client = signed_in(outsider)
    assert groups(client, "sao mai")["enterprises"].count == 1
    page = client.get(SEARCH, {"q": "2300123457"})
    assert page.context["groups"] == []
    assert "Không có kết quả cho “2300123457”" in page.content.decode()


def test_closings_are_found_and_stand_in_the_sidebar_of_who_closes(leader, signed_in):
    leading = signed_in(leader)
    assert groups(leading, "chot so lieu")["pages"].hits[0].url == "/targets/closings/"
    assert [hit.url for hit in groups(leading, "chốt kỳ 2025")["pages"].hits] == ["/targets/closings/2025/"]
    assert "/targets/closings/" in leading.get("/targets/").content.decode(), "the sidebar leads there"


def test_one_letter_is_too_few_and_a_slip_of_the_pen_is_met_halfway(reader_client):
    assert "Nhập ít nhất 2 ký tự" in reader_client.get(SEARCH, {"q": "b"}).content.decode()
    assert "/units/bac-ninh/" in reader_client.get(SEARCH, {"q": "bac nhin"}).content.decode()


def test_targets_and_pages_are_found_by_their_names(reader_client):
    assert reader_client.get(SEARCH, {"q": "mt5"}).url == "/targets/mt5/"
    assert {hit.code for hit in groups(reader_client, "muc tieu", kind="targets")["targets"].hits} >= {"MT1", "MT7"}
    assert groups(reader_client, "mục tiêu 5")["targets"].hits[0].code == "MT5"
    for text, url in (
        ("chot so lieu", "/targets/closings/"), ("API", "/api/docs/"), ("trợ giúp", "/targets/method/"),
        ("doanh nghiệp", "/registers/enterprises/"), ("đổi mật khẩu", "/accounts/password/change/"),
    ):  # fmt: skip
        assert groups(reader_client, text)["pages"].hits[0].url == url
    assert "pages" not in groups(reader_client, "người dùng"), "nobody is led where the door is shut"


def test_the_search_leads_to_a_page_where_the_page_lets_one_in(reader_client, keeper):
    led_to = {place.url for place in places_called(keeper, "")}
    urls = [reverse(route) for route, _label, _also in BESIDE]
    assert [url for url in urls if reader_client.get(url).status_code != 403] == [url for url in urls if url in led_to]


def test_a_kind_alone_and_the_part_that_htmx_asks_for(reader_client):
    for number in range(7):
        StandardFactory(code=f"SM-{number}", name=f"Chuẩn Sao Mai {number}")
    assert len(groups(reader_client, "sao mai")["standards"].hits) == 5
    assert len(groups(reader_client, "sao mai", kind="standards")["standards"].hits) == 7
    part = reader_client.get(SEARCH, {"q": "sao mai"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="found"' in part
    assert 'hx-swap-oob="true"' in part
    assert "<html" not in part


def test_the_number_of_queries_does_not_grow(reader_client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            reader_client.get(SEARCH, {"q": "sao mai"})
        return len(asked)

    EnterpriseFactory(name="Sao Mai", unit_id=BAC_NINH)
    StandardFactory(name="Sao Mai")
    queries()
    few = queries()
    for number in range(3):
        EnterpriseFactory(name=f"Sao Mai {number}", unit_id=BAC_NINH)
        StandardFactory(name=f"Sao Mai {number}")
    assert queries() == few
