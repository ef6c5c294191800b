"""What whoever knows the code may send: numbers beyond all measure, and buttons of pages that are no longer so."""

from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import Workbook

from apps.allocations import services
from apps.allocations.models import Allocation, AllocationLine
from apps.allocations.services import Entry
from tests.allocations.test_pages import as_upload, text_of, total
from tests.conftest import BAC_NINH
from tests.factories.closings import document
from tests.people.people import person

pytestmark = pytest.mark.django_db
ACTS = "/targets/allocation/acts"


@pytest.mark.parametrize("typed", ["9" * 13, "9" * 20, "9" * 40, "0,5", "-1"])
def test_a_number_that_no_column_holds_is_refused_at_its_cell(given, signed_in, officer, typed):
    sent = {f"v-{BAC_NINH}": typed, f"s-{BAC_NINH}": "1000"}
    client = signed_in(officer)
    for door in ("fill", f"cells/{BAC_NINH}"):
        answer = client.post(f"{ACTS}/{given.pk}/{door}/", sent)
        assert (answer.status_code, list(answer.context["typed"].errors)) == (422, [BAC_NINH])
    assert total(given, BAC_NINH) == 1000


def test_a_file_beyond_measure_is_told_in_few_words(given, signed_in, officer):
    book = Workbook()
    sheet = book.active
    sheet.append(["Mã đơn vị", "Giao tăng thêm 2030"])
    for odd in (1e300, 1e15, "9" * 5_000, -1):
        sheet.append([BAC_NINH, odd])
    for _row in range(1_000):
        sheet.append(["x" * 2_000, 1])  # of which the file itself holds one
        sheet.append([BAC_NINH, 1])
    page = signed_in(officer).post(f"{ACTS}/{given.pk}/upload/", {"file": as_upload(book)})
    assert "200 ô chưa nhận được" in text_of(page)
    assert len(page.content) < 200_000
    assert {row for row, _unit, _words in page.context["filled"].problems} >= {2, 3, 4, 5}


@pytest.mark.parametrize("act", ["circulate", "propose", "suggest"])
def test_nobody_goes_on_with_numbers_they_have_not_seen(given, signed_in, officer, act):
    client, url = signed_in(officer), f"{ACTS}/{given.pk}/{act}/"
    sent = {"until": f"{timezone.localdate():%d/%m/%Y}", "seen": seen_on(client.get(url))}
    services.write_amounts(given, [Entry(BAC_NINH, None, Decimal(7))], by=officer)
    assert client.post(url, sent).status_code == 409
    given.refresh_from_db()
    assert (given.state, total(given, BAC_NINH)) == ("draft", 7)
    assert client.post(url, sent | {"seen": seen_on(client.get(url))}).status_code == 302


@pytest.mark.parametrize("act", ["approve", "return"])
def test_a_leader_decides_on_what_they_read(given, signed_in, officer, leader, act):
    """It went back and was put forward anew with other numbers, while the page lay open."""
    services.propose(given, by=officer)
    client, url = signed_in(leader), f"{ACTS}/{given.pk}/{act}/"
    sent = {"document": document("7/QĐ-THU").number, "reason": "Chưa cân đối", "seen": seen_on(client.get(url))}
    services.return_for_revision(given, "Xem lại", by=person("Phó", "programme_leader", "UBTDC"))
    services.write_amounts(given, [Entry(BAC_NINH, None, Decimal(7))], by=officer)
    services.propose(given, by=officer)
    answer = client.post(url, sent)
    assert (answer.status_code, Allocation.objects.get().state) == (409, "proposed")
    assert "vừa được người khác sửa" in text_of(answer)
    assert not AllocationLine.objects.filter(target__isnull=False).exists()
    assert client.post(url, sent | {"seen": seen_on(client.get(url))}).status_code == 302


def seen_on(page) -> str:
    return page.context["form"]["seen"].value()
