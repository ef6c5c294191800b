"""What a figure is made of, as files: the units with what they added, and the rows that the person may see."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.enterprises.models import Enterprise
from apps.progress.services import recompute
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.factories.closings import close_until
from tests.progress.test_unit_views import split  # noqa: F401

OLD_LAM_DONG = "VN-68-2008"
NATION, PROVINCE = "/targets/mt5/provenance/2024/", "/targets/mt5/provenance/2024/bac-ninh/"


@pytest.fixture
def counted(event, by):
    event(date(2023, 3, 1), BAC_GIANG)
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), BAC_GIANG)
    event(date(2024, 5, 1), OLD_LAM_DONG)
    recompute()
    close_until(2025)


def table(client, url: str, **query) -> list[dict]:
    answer = client.get(url, {"export": "xlsx", **query})
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    header, *rows = load_workbook(BytesIO(answer.content))["Số liệu"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def lines(client, url: str, **query) -> list[str]:
    answer = client.get(url, {"export": "csv", **query})
    assert answer["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_the_units_with_what_they_added(counted, signed_in, officer):
    client = signed_in(officer)
    found = table(client, NATION, units="as-reported")
    assert [(row["Mã đơn vị"], row["Tăng trong kỳ"], row["Lũy kế"]) for row in found] == [
        (BAC_GIANG, 2, 3),
        (OLD_LAM_DONG, 1, 1),
    ]
    assert {row["Cách xem đơn vị"] for row in found} == {"Đơn vị tại thời điểm báo cáo"}
    assert [row["Mã đơn vị"] for row in table(client, PROVINCE)] == [BAC_NINH]
    assert lines(client, NATION)[1].startswith('"MT5";"2024";"VN-24-2025";"Bắc Ninh";"2";"3";"doanh nghiệp"')


def test_the_rows_are_those_of_the_page_and_all_of_them(counted, signed_in, officer):
    client = signed_in(officer)
    answer = client.get(PROVINCE, {"export": "csv", "part": "rows"})
    assert answer["Content-Disposition"] == 'attachment; filename="mt5-2024-bac-ninh-ban-ghi-theo-don-vi-hien-nay.csv"'
    found = table(client, PROVINCE, part="rows")
    assert [(row["Bắt đầu"], row["Mã đơn vị"], row["Giai đoạn"], row["Phần tính"]) for row in found] == [
        (datetime(2024, 4, 1), BAC_GIANG, "Đang áp dụng", 1),
        (datetime(2024, 3, 1), BAC_GIANG, "Đang áp dụng", 1),
    ]
    page = client.get(PROVINCE)
    assert {row["Doanh nghiệp"] for row in found} == {row.name.title for row, _unit in page.context["events"]}
    assert len(table(client, NATION, part="rows")) == 3
    assert "export=csv&amp;part=rows" in page.content.decode()


def test_a_neighbour_takes_away_the_figures_but_not_the_rows(counted, signed_in, outsider):
    client = signed_in(outsider)
    assert [row["Mã đơn vị"] for row in table(client, PROVINCE)] == [BAC_NINH]
    assert len(lines(client, PROVINCE, part="rows")) == 1, "only the header"
    assert [row["Mã đơn vị"] for row in table(client, NATION, part="rows")] == [OLD_LAM_DONG]
    assert "part=rows" not in client.get(PROVINCE).content.decode()


def test_no_file_without_the_right_or_of_what_is_not_there(counted, signed_in, stranger, officer, client):
    for part in ("units", "rows"):
        query = {"export": "csv", "part": part}
        assert signed_in(stranger).get(NATION, query).status_code == 403
        assert client.get(NATION, query).status_code == 302
        assert signed_in(officer).get("/targets/mt9/provenance/2024/", query).status_code == 404
        assert signed_in(officer).get("/targets/mt5/provenance/2031/", query).status_code == 404
        assert signed_in(officer).get("/targets/mt5/provenance/2024/xa/", query).status_code == 404


def test_a_household_is_masked_and_a_formula_is_text(counted, event, enterprise, signed_in, officer):
    one = enterprise(BAC_NINH, name="=1+1", ownership=Enterprise.Ownership.HOUSEHOLD, tax_code="024085001234")
    event(date(2026, 2, 2), BAC_NINH, of=one)
    recompute()
    row = lines(signed_in(officer), "/targets/mt5/provenance/2026/", part="rows")[1]
    assert row.startswith('"MT5";"2026";"••••••••1234";"\'=1+1"')
    assert "024085001234" not in row


def test_rows_of_a_split_unit_say_which_part_counts(counted, event, split, signed_in, officer):  # noqa: F811
    event(date(2026, 2, 1), BAC_NINH)
    recompute()
    found = table(signed_in(officer), "/targets/mt5/provenance/2026/trial-a/", part="rows")
    assert [row["Phần tính"] for row in found] == [0.6]


def test_a_file_costs_the_same_queries_for_one_row_and_for_many(counted, event, signed_in, officer):
    client = signed_in(officer)
    lines(client, NATION, part="rows")
    with CaptureQueriesContext(connection) as few:
        lines(client, NATION, part="rows")
    for _turn in range(5):
        event(date(2024, 6, 1), BAC_GIANG)
    recompute()
    close_until(2025)
    with CaptureQueriesContext(connection) as many:
        assert len(lines(client, NATION, part="rows")) == 9
    assert len(many) == len(few)
