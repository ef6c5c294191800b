"""Rows that hold until a day: told in the list, above it and on their page, and found by it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.registers import AssessmentFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
LIST = "/registers/registrations/"
DAYS = {"qua-han": -1, "hom-nay": 0, "con-90": 90, "con-91": 91, "mai-mai": None, "da-cham-dut": 30, "se-cham-dut": 91}


@pytest.fixture
def rows(reference):
    today = timezone.localdate()
    return {
        number: RegistrationFactory(
            number=number, valid_until=None if days is None else today + timedelta(days=days),
            ended_on={"da-cham-dut": today, "se-cham-dut": today + timedelta(days=1)}.get(number),
        )
        for number, days in DAYS.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("soon", "hom-nay con-90"),
        ("over", "qua-han da-cham-dut"),
        ("holds", "con-91 mai-mai se-cham-dut"),
        ("soon&validity=over", "hom-nay con-90 qua-han da-cham-dut"),
    ],
)
def test_rows_are_found_by_whether_they_hold(rows, reader_client, asked, found):
    table = reader_client.get(f"{LIST}?validity={asked}").context["table"]
    assert {row.record.number for row in table.rows} == set(found.split())


def test_what_soon_no_longer_holds_is_told_above_the_list(rows, reader_client, signed_in, outsider):
    page = reader_client.get(LIST).text
    assert "2 đăng ký, chỉ định, công nhận, tự công bố hết hiệu lực trong 90 ngày tới" in page
    assert f'href="{LIST}?validity=soon"' in page
    assert [page.count(words) for words in ("</svg> Sắp hết hiệu lực", "</svg> Đã hết hiệu lực")] == [2, 2]
    assert "trong 90 ngày tới" not in signed_in(outsider).get(LIST).text
    assert "Sắp hết hiệu lực" in reader_client.get(rows["con-90"].get_absolute_url()).text
    assert "Đã hết hiệu lực" in reader_client.get(rows["da-cham-dut"].get_absolute_url()).text


def test_a_register_without_a_day_of_ending_tells_of_its_last_day(reader_client):
    row = AssessmentFactory(valid_until=timezone.localdate() - timedelta(days=1))
    assert "Đã hết hiệu lực" in reader_client.get(row.get_absolute_url()).text
    assert "validity" not in reader_client.get("/registers/labs/").text
