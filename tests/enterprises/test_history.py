"""The history of an enterprise begins with the file that brought it; stages of files are told like those of people."""

from datetime import date

import pytest
from django.utils.html import escape

from apps.audit.models import AuditEvent
from apps.audit.selectors import changes_of
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.services import add_event, withdraw_event
from apps.exchange.models import ImportBatch
from apps.organisations.models import OrganisationUnit
from tests.conftest import BAC_NINH, TDC
from tests.enterprises.test_importing import load, row  # noqa: F401

pytestmark = pytest.mark.django_db
FILE = "DN-BNH-2026.xlsx"


def told(client) -> list[tuple[str, str, str, str, str]]:
    page = client.get(Enterprise.objects.live().get().get_absolute_url())
    return [(one.action, one.target, one.who, one.reason, one.url) for one in page.context["history"]]


def add_by_hand(enterprise: Enterprise, by) -> None:
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    event = ProgrammeEvent(stage="maintained", occurred_on=date(2026, 6, 1), unit=unit)
    add_event(enterprise, "served", event, reported_by=unit, by=by)


def test_a_record_of_a_file_says_so_and_which_stages_came_with_it(load, client):  # noqa: F811
    first = load(row(), row(stage="Duy trì", on="01/04/2026"))
    second = load(row(stage="Đã ngừng", on="01/05/2026"))
    assert told(client) == [
        (f"Thêm giai đoạn từ tệp “{FILE}”", "Đã ngừng 01/05/2026", "Keeper Bac Ninh", "", second.get_absolute_url()),
        (
            f"Nhập từ tệp “{FILE}”",
            "Đang áp dụng 01/03/2026, Duy trì 01/04/2026",
            "Keeper Bac Ninh",
            "",
            first.get_absolute_url(),
        ),
    ]
    assert "Chưa có thay đổi nào" not in client.get(Enterprise.objects.get().get_absolute_url()).text


def test_stages_that_went_with_their_file_are_told_with_the_reason(load, undo, client, keeper):  # noqa: F811
    batch = load(row())
    found = Enterprise.objects.get()
    add_by_hand(found, keeper)
    undo(batch)
    gone, _added, came = told(client)
    url = batch.get_absolute_url()
    stage = "Đang áp dụng 01/03/2026"
    assert gone == (f"Thu hồi do hoàn tác lần nhập tệp “{FILE}”", stage, "Keeper Bac Ninh", "Nhầm tệp", url)
    assert came == (f"Nhập từ tệp “{FILE}”", stage, "Keeper Bac Ninh", "", url)


def test_what_a_file_wrote_over_names_it(load, undo, client):  # noqa: F811
    load(row(address="Số 1"))
    batch = load(row(address="Số 2", stage="Duy trì", on="01/04/2026"))
    undo(batch)
    actions = [action for action, *_rest in told(client)]
    assert f"Cập nhật theo tệp “{FILE}”" in actions
    assert f"Trả lại giá trị trước khi nhập tệp “{FILE}”" in actions


def test_of_another_units_file_only_that_it_was_one_and_when(load, undo, client, keeper, central_keeper):  # noqa: F811
    load(row(), by=central_keeper, unit=OrganisationUnit.objects.get(pk=TDC))
    assert [one[:1] + one[2:] for one in told(client)] == [("Nhập từ tệp Excel", "Đơn vị khác", "", "")]
    batch, found = ImportBatch.objects.get(), Enterprise.objects.get()
    add_by_hand(found, keeper)
    undo(batch, by=central_keeper)
    assert next(one[:1] + one[2:] for one in told(client)) == ("Thu hồi do hoàn tác lần nhập", "Đơn vị khác", "", "")
    page = client.get(found.get_absolute_url()).text
    for secret in (FILE, "Keeper TDC", "Nhầm tệp", batch.get_absolute_url()):
        assert secret not in page


def test_the_audit_behind_the_page_tells_all_that_the_page_does(load, keeper, member, signed_in):  # noqa: F811
    """The record, its stages, the file that brought them: with what a withdrawn stage said, and whose it was."""
    load(row())
    found = Enterprise.objects.get()
    add_by_hand(found, keeper)
    withdraw_event(ProgrammeEvent.objects.get(batch=None), "Nhập nhầm doanh nghiệp", by=keeper)
    auditor = signed_in(member("Auditor TDC", "auditor", TDC))
    page = auditor.get(found.get_absolute_url())
    [withdrawn] = [one for one in page.context["history"] if one.action == "Thu hồi giai đoạn"]
    assert (withdrawn.target, withdrawn.changes) == ("Duy trì 01/06/2026", [])
    assert escape(page.context["audit_url"]) in page.text
    listed = {one.record.pk: one.record for one in auditor.get(page.context["audit_url"]).context["table"].rows}
    told = {int(one.url.split("/")[-2]) for one in page.context["history"] if one.url.startswith("/audit/")}
    assert told <= listed.keys()
    assert {"import.written", "programme_event.withdrawn"} <= {one.action for one in listed.values()}
    event = AuditEvent.objects.get(action="programme_event.withdrawn")
    assert event.target == f"Duy trì 01/06/2026 · {found.name} ({found.tax_code})"
    assert [(one.label, one.before, one.after) for one in changes_of(event)][:3] == [
        ("giai đoạn", "Duy trì", "–"),
        ("ngày", "01/06/2026", "–"),
        ("tỉnh, thành phố", "Bắc Ninh", "–"),
    ]
    for asked in (found.name, found.tax_code):
        rows = auditor.get("/audit/", {"q": asked, "action": event.action}).context["table"].rows
        assert [one.record.pk for one in rows] == [event.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_a_record_of_files_costs_the_queries_of_any_other(load, client, count, django_assert_num_queries):  # noqa: F811
    for month in range(1, count + 1):
        load(row(stage="Duy trì", on=f"01/0{month}/2026"))
    page = Enterprise.objects.get().get_absolute_url()
    client.get(page)
    with django_assert_num_queries(19):
        client.get(page)
