"""The history of a row begins with where it came from, and says that it went with its file."""

import pytest

from apps.audit.models import AuditEvent
from apps.audit.registry import name_of
from apps.labs.models import MeasurementStandard
from apps.registers.declaration import registers
from apps.registers.merging.services import merge_rows, part_rows
from apps.registers.recorded import label_of
from apps.registers.services import restore_row, withdraw_row
from tests.conftest import TDC
from tests.factories.registers import FACTORIES, StandardFactory
from tests.registers.test_files import ROW

pytestmark = pytest.mark.django_db
QUERIES = 14
NOTHING = "Chưa có thay đổi nào được ghi lại."


def told(client, row) -> list[tuple[str, str, str, str]]:
    return [(one.action, one.who, one.reason, one.url) for one in client.get(row.get_absolute_url()).context["history"]]


def test_a_row_of_a_file_says_so_and_what_became_of_it(upload, write, undo, reader_client):
    batch = write(upload("standards", [ROW]))
    row, url = MeasurementStandard.objects.get(), batch.get_absolute_url()
    assert told(reader_client, row) == [("Nhập từ tệp “tệp.xlsx”", "Keeper Bac Ninh", "", url)]
    page = reader_client.get(row.get_absolute_url()).text
    assert NOTHING not in page
    assert f'<a class="lk" href="{url}">Nhập từ tệp “tệp.xlsx”</a>' in page
    undo(batch)
    gone, came = told(reader_client, row)
    assert gone == ("Rút khỏi sổ do hoàn tác lần nhập tệp “tệp.xlsx”", "Keeper Bac Ninh", "Nhầm tệp", url)
    assert came[0] == "Nhập từ tệp “tệp.xlsx”"


def test_a_row_that_a_later_file_holds_tells_of_both(upload, write, undo, reader_client):
    first = write(upload("standards", [ROW]))
    second = write(upload("standards", [ROW, ROW | {"code": "CQG-3"}]))
    undo(first)
    again, came = told(reader_client, MeasurementStandard.objects.get(code="CQG-1"))
    assert (came[0], came[3]) == ("Nhập từ tệp “tệp.xlsx”", first.get_absolute_url())
    assert (again[0], again[3]) == ("Có lại trong tệp “tệp.xlsx”", second.get_absolute_url())


def test_what_a_file_changed_and_gave_back_is_told_with_the_file_and_the_reason(upload, write, undo, reader_client):
    write(upload("standards", [ROW]))
    batch = write(upload("standards", [ROW | {"holder": "Trung tâm 1"}]))
    undo(batch)
    row = MeasurementStandard.objects.get()
    back, changed, came = told(reader_client, row)
    url = batch.get_absolute_url()
    assert back == ("Trả lại giá trị trước khi nhập tệp “tệp.xlsx”", "Keeper Bac Ninh", "Nhầm tệp", url)
    assert changed == ("Cập nhật theo tệp “tệp.xlsx”", "Keeper Bac Ninh", "", url)
    assert came[0] == "Nhập từ tệp “tệp.xlsx”"


def test_of_another_units_file_only_that_it_was_one_and_when(upload, write, undo, reader_client, central_keeper):
    """The central office hands in rows of a province."""
    batch = write(upload("standards", [ROW], by=central_keeper, unit=TDC), by=central_keeper)
    row = MeasurementStandard.objects.get()
    assert told(reader_client, row) == [("Nhập từ tệp Excel", "Đơn vị khác", "", "")]
    undo(batch, by=central_keeper)
    gone, _came = told(reader_client, row)
    assert gone == ("Rút khỏi sổ do hoàn tác lần nhập", "Đơn vị khác", "", "")
    page = reader_client.get(row.get_absolute_url()).text
    for secret in ("tệp.xlsx", "Keeper TDC", "Nhầm tệp", batch.get_absolute_url()):
        assert secret not in page
    assert "do đơn vị khác hoàn tác lần nhập" in page


def test_the_audit_behind_the_page_tells_all_that_the_page_does(upload, write, undo, keeper, member, signed_in):
    """What a row said when it was withdrawn, what it says again, the file that brought it, and what was merged into it;
    somebody's own key in the address finds nothing and breaks nothing.
    """
    write(upload("standards", [ROW]))
    row, twin = MeasurementStandard.objects.get(), StandardFactory(code="CQG-2", name=ROW["name"])
    withdraw_row(row, "Nhập nhầm", by=keeper)
    row = restore_row(row, "Đúng là có", by=keeper)
    merge = merge_rows(row, twin, set(), "Nhập hai lần", by=keeper)
    auditor = signed_in(member("Auditor TDC", "auditor", TDC))
    page = auditor.get(row.get_absolute_url())
    address = page.context["audit_url"]
    shown = auditor.get(address)
    assert "gồm cả các phần, bản ghi được gộp vào và các lần ghi, hoàn tác tệp nhập của đối tượng" in shown.text
    listed = {one.record.pk: one.record.action for one in shown.context["table"].rows}
    told = {int(one.url.split("/")[-2]) for one in page.context["history"] if one.url.startswith("/audit/")}
    assert told <= listed.keys()
    assert {"import.written", "register.merged", "register.merged_away"} <= set(listed.values())
    by_action = {one.action: one for one in AuditEvent.objects.filter(pk__in=listed)}
    gone, back, away = (by_action[f"register.{act}"] for act in ("withdrawn", "restored", "merged_away"))
    assert gone.target == f"CQG-1 – {ROW['name']}"
    assert (gone.before["code"], gone.before["holder"], gone.after) == ("CQG-1", "Viện Đo lường", {})
    assert (back.before, back.after["code"]) == ({"withdrawn_reason": "Nhập nhầm"}, "CQG-1")
    assert (away.before["code"], away.after) == ("CQG-2", {})
    part_rows(merge, "Hai chuẩn khác nhau", by=keeper)
    parted = AuditEvent.objects.get(action="register.parted", target_id=str(twin.pk))
    assert (parted.before, parted.after["code"]) == ({}, "CQG-2")
    for key in ("nobody", str(10**30), "-1"):
        query = {"target_type": "labs.measurementstandard", "target_id": key}
        assert not auditor.get("/audit/", query).context["table"].rows


def test_a_part_of_another_row_is_recorded_with_that(reference):
    """A name of a person or a quantity alone says nothing: of which course, of which laboratory?"""
    parts = [register for register in registers() if register.above]
    assert len(parts) >= 6
    for register in parts:
        row = FACTORIES[register.slug]()
        above = getattr(row, register.above.name)
        assert name_of(row).endswith(f" · {name_of(above)}")
        assert label_of(above) in name_of(row)


def test_the_page_of_a_row_costs_the_same_with_and_without_a_file(
    upload, write, undo, reader_client, django_assert_num_queries
):
    batch = write(upload("standards", [ROW]))
    row = MeasurementStandard.objects.get()
    reader_client.get(row.get_absolute_url())
    with django_assert_num_queries(QUERIES):
        reader_client.get(row.get_absolute_url())
    undo(batch)
    with django_assert_num_queries(QUERIES):
        reader_client.get(row.get_absolute_url())
