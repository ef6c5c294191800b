"""Rows to which something is yet to come: told in the list, above it, in its file, on their page; found by it."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.registers import DifficultyFactory, InspectionFactory

pytestmark = pytest.mark.django_db
LIST = "/registers/inspections/"
# Days until the remedies are due, and until they were done.
ROWS = {"khong": (None, None), "con-han": (0, None), "qua-han": (-1, None), "xong": (-5, -6), "xong-muon": (-5, -2)}


@pytest.fixture
def rows(reference):
    today = timezone.localdate()

    def in_days(days):
        return None if days is None else today + timedelta(days=days)

    return {
        title: InspectionFactory(
            title=title, started_on=today - timedelta(days=30), ended_on=today - timedelta(days=20),
            remedies_due_on=in_days(due), remedied_on=in_days(done),
        )
        for title, (due, done) in ROWS.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("open", "con-han"), ("late", "qua-han"), ("done", "xong xong-muon"), ("none", "khong"),
        ("late&awaited=none", "qua-han khong"),
    ],
)  # fmt: skip
def test_rows_are_found_by_what_they_wait_for(rows, reader_client, asked, found):
    table = reader_client.get(f"{LIST}?awaited={asked}").context["table"]
    assert {row.record.title for row in table.rows} == set(found.split())


def test_what_is_late_is_told_above_the_list_and_days_in_it(rows, reader_client, signed_in, outsider):
    page = reader_client.get(LIST).text
    assert "1 cuộc kiểm tra quá hạn khắc phục." in page
    assert f'href="{LIST}?awaited=late"' in page
    for words in ("Quá hạn · 1 ngày", "Đang chờ · 30 ngày", "Đã xong · 24 ngày", "Đã xong · 28 ngày", "Không yêu cầu"):
        assert words in page
    assert "Quá hạn · 1 ngày" in reader_client.get(rows["qua-han"].get_absolute_url()).text
    assert "quá hạn khắc phục." not in signed_in(outsider).get(LIST).text


def test_files_say_the_state_and_the_days(rows, reader_client):
    file = reader_client.get(f"{LIST}?export=csv").getvalue().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(file), delimiter=";"))
    state, days = (lines[0].index(name) for name in ("Trạng thái khắc phục", "Số ngày từ khi kiểm tra"))
    assert {(line[0], line[state], line[days]) for line in lines[1:]} == {
        ("khong", "Không yêu cầu", ""), ("con-han", "Đang chờ", "30"), ("qua-han", "Quá hạn", "30"),
        ("xong", "Đã xong", "24"), ("xong-muon", "Đã xong", "28"),
    }  # fmt: skip


def test_without_a_day_it_is_due_a_row_waits_all_the_same(reader_client):
    row = DifficultyFactory()
    assert "Đang chờ · " in reader_client.get(row.get_absolute_url()).text
    assert reader_client.get("/registers/difficulties/?awaited=none").context["filter"].errors
    assert "awaited" not in reader_client.get("/registers/events/").text


def test_rows_are_found_between_two_days_and_by_who_reported(reader_client):
    """As a number of a report counts them: of the unit of that day, on days of the window."""
    for number, (day, unit) in enumerate((("2025-06-30", "VN-24-2008"), ("2025-07-01", "VN-24-2025"))):
        InspectionFactory(title=f"{number}", unit_id=unit, started_on=day, ended_on=day)

    def found(query):
        return sorted(row.record.title for row in reader_client.get(f"{LIST}?{query}").context["table"].rows)

    assert found("unit=VN-24-2025") == ["0", "1"]
    assert found("unit=VN-24-2025&units=as-reported") == ["1"]
    assert found("from_day=01/07/2025") == found("to_day=31/12/2025&from_day=01/07/2025") == ["1"]
    assert found("to_day=30/06/2025") == ["0"]
    assert "from_day" not in reader_client.get("/registers/scope/").context["filter"].filters
