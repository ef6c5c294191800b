"""The viewer: whose rows, which filters, before and after, downloads."""

import ast
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connection, transaction
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit import views
from apps.audit.models import AuditEvent
from apps.audit.registry import action_choices, key_label, target_choices
from apps.audit.selectors import by_nobody
from apps.audit.services import record
from apps.core.models import VnFold
from apps.documents.models import StoredFile
from apps.exchange.models import ImportBatch
from apps.organisations.models import OrganisationUnit
from apps.registers.services import change_row
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.enterprises import ProgrammeEventFactory
from tests.factories.registers import AttendanceFactory, StandardFactory

LIST = "/audit/"
pytestmark = pytest.mark.django_db


def reasons(response) -> set[str]:
    assert response.status_code == 200
    return {row.record.reason for row in response.context["table"].rows}


def page_of(row: AuditEvent) -> str:
    return f"/audit/{row.pk}/"


@pytest.fixture
def rows(keeper, outsider) -> dict[str, AuditEvent]:
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    return {
        "own": record("enterprise.updated", by=keeper, target=unit, unit=BAC_NINH, reason="ly-do-bac-ninh"),
        "past": record("enterprise.updated", by=keeper, unit=BAC_GIANG, reason="ly-do-bac-giang"),
        "other": record("enterprise.updated", by=outsider, unit=LAM_DONG, reason="ly-do-lam-dong"),
        "none": record("demo.loaded", by=None, reason="ly-do-chung"),
    }


def test_administrator_of_a_unit_reads_its_rows_and_its_predecessors(rows, unit_administrator, signed_in):
    client = signed_in(unit_administrator)
    response = client.get(LIST)
    assert reasons(response) == {"ly-do-bac-ninh", "ly-do-bac-giang"}
    page = response.content.decode()
    assert "Sửa hồ sơ" in page
    assert "Keeper Bac Ninh" in page
    assert "ly-do-lam-dong" not in page
    assert client.get(page_of(rows["own"])).status_code == 200
    assert client.get(page_of(rows["other"])).status_code == 404
    assert client.get(page_of(rows["none"])).status_code == 404


@pytest.mark.parametrize("export", ["csv", "xlsx"])
def test_download_holds_own_rows_only(rows, unit_administrator, signed_in, export):
    response = signed_in(unit_administrator).get(LIST, {"export": export})
    body = b"".join(response) if response.streaming else response.content
    if export == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        body = repr([[cell.value for cell in line] for line in sheet]).encode()
    assert b"ly-do-bac-ninh" in body
    assert b"ly-do-lam-dong" not in body
    assert b"ly-do-chung" not in body


def test_filter_by_a_foreign_unit_is_no_oracle(rows, unit_administrator, signed_in):
    client = signed_in(unit_administrator)
    response = client.get(LIST, {"unit": LAM_DONG})
    assert reasons(response) == set()
    assert "Lâm Đồng" not in str(response.context["filter"].form["unit"])
    assert reasons(client.get(LIST, {"q": "Lam Dong"})) == set()


def test_central_readers_see_everything(rows, auditor_client):
    assert reasons(auditor_client.get(LIST)) >= {row.reason for row in rows.values()}
    assert auditor_client.get(page_of(rows["none"])).status_code == 200


def test_without_the_right_nothing_is_read(rows, keeper, officer, stranger, signed_in, client):
    for user in (keeper, officer, stranger):
        for path in (LIST, f"{LIST}?export=csv", page_of(rows["own"])):
            response = signed_in(user).get(path)
            assert response.status_code == 403
            assert "ly-do" not in response.content.decode()
    assert client.get(LIST).status_code == 302


def test_entry_stands_in_the_menu_of_those_who_may_open_it(auditor_client, keeper, signed_in):
    assert 'href="/audit/"' in auditor_client.get(LIST).content.decode()
    assert 'href="/audit/"' not in signed_in(keeper).get("/registers/enterprises/").content.decode()


@pytest.mark.parametrize(
    "asked, found",
    [
        ({"q": "keeper bac"}, {"ly-do-bac-ninh", "ly-do-bac-giang"}),
        ({"q": "keeperlamdong@example.vn"}, {"ly-do-lam-dong"}),
        ({"q": "khong-co-ai"}, set()),
        ({"action": "demo.loaded"}, {"ly-do-chung"}),
        ({"unit": BAC_GIANG}, {"ly-do-bac-giang"}),
        ({"unit": BAC_NINH}, {"ly-do-bac-ninh", "ly-do-bac-giang"}),
        ({"target_type": "organisations.organisationunit", "target_id": BAC_NINH}, {"ly-do-bac-ninh"}),
        ({"target_type": "organisations.organisationunit", "target_id": LAM_DONG}, set()),
        ({"target_type": "khong.co"}, set()),
        ({"request_id": "ffff-0000"}, set()),
    ],
)
def test_filters(rows, auditor_client, asked, found):
    assert reasons(auditor_client.get(LIST, asked)) == found


def test_days_are_ours_and_the_last_one_counts(at, auditor_client):
    at(datetime(2026, 3, 9, 16, 59, tzinfo=UTC), reason="ngày 9")  # 23:59 in Hà Nội
    at(datetime(2026, 3, 9, 17, 0, tzinfo=UTC), reason="ngày 10")
    at(datetime(2026, 3, 10, 16, 59, tzinfo=UTC), reason="cuối ngày 10")
    at(datetime(2026, 3, 10, 17, 0, tzinfo=UTC), reason="ngày 11")
    both = {"since": "10/03/2026", "until": "10/03/2026"}
    assert reasons(auditor_client.get(LIST, both)) == {"ngày 10", "cuối ngày 10"}
    assert reasons(auditor_client.get(LIST, {"until": "09/03/2026"})) == {"ngày 9"}


def test_nothing_in_the_range_says_so(at, auditor_client):
    at(datetime(2026, 3, 9, 12, tzinfo=UTC))
    page = auditor_client.get(LIST, {"until": "01/01/2020"}).content.decode()
    assert "Không có thay đổi trong khoảng này" in page
    for more in ({}, {"until": "01/01/2020"}):
        page = auditor_client.get(LIST, {"q": "khong-co-ai", **more}).content.decode()
        assert "Không có dòng nào khớp bộ lọc" in page
        assert "khoảng này" not in page


def test_incident_code_finds_its_row(keeper, auditor_client, signed_in):
    answer = signed_in(keeper).post("/jobs/00000000-0000-0000-0000-000000000000/retry/")
    code = answer["X-Request-ID"]
    response = auditor_client.get(LIST, {"request_id": code.lower()})
    assert [row.record.action for row in response.context["table"].rows] == ["access.refused"]
    assert "Từ chối truy cập" in response.content.decode()


def test_page_of_a_row_shows_before_and_after_escaped(keeper, auditor_client):
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    row = record(
        "unit.corrected",
        by=keeper,
        target=unit,
        unit=BAC_NINH,
        reason="<img src=x>",
        before={"region": "<script>alert(1)</script>"},
        after={"region": "Trung du"},
        note="<b>đậm</b>",
    )
    response = auditor_client.get(page_of(row))
    page = response.content.decode()
    for bad in ("<script>alert", "<img src=x", "<b>đậm"):
        assert bad not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Trung du" in page
    assert 'href="/units/bac-ninh/"' in page
    assert "Trước và sau" in page


def test_unknown_codes_are_shown_as_they_are(auditor_client):
    record("nobody.named_this", by=None)
    assert "nobody.named_this" in auditor_client.get(LIST).content.decode()


def test_a_row_tells_for_good_what_it_told_on_its_day(auditor_client, keeper):
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    row = record("unit.corrected", by=keeper, target=unit, unit=BAC_NINH)
    bare = {"actor_name": "", "unit_name": "", "target": BAC_NINH}  # as rows from before names were kept
    old = AuditEvent.objects.create(**{**AuditEvent.objects.filter(pk=row.pk).values().get(), **bare, "id": None})
    unit.names.update(short_name="Kinh Bắc", name="Tỉnh Kinh Bắc")
    type(keeper).objects.filter(pk=keeper.pk).update(full_name="Họ Tên Mới")
    own, before = (auditor_client.get(page_of(one)).content.decode() for one in (row, old))
    assert "Keeper Bac Ninh" in own
    assert "Bắc Ninh" in own
    assert "Họ Tên Mới" not in own
    assert "Kinh Bắc" not in own
    assert "Họ Tên Mới" in before
    assert "Kinh Bắc" in before
    assert "Keeper Bac Ninh" not in before
    listed = b"".join(auditor_client.get(LIST, {"export": "csv", "action": "unit.corrected"})).decode()
    assert listed.count("Họ Tên Mới") == listed.count("Keeper Bac Ninh") == 1


def test_download_neutralises_formulas(keeper, auditor_client):
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    record("unit.corrected", by=keeper, target=unit, unit=BAC_NINH, reason="=1+1", before={"a": 1}, after={"a": 2})
    lines = list(
        csv.DictReader(
            io.StringIO(b"".join(auditor_client.get(LIST, {"export": "csv"})).decode("utf-8-sig")), delimiter=";"
        )
    )
    assert lines[0]["Lý do"] == "'=1+1"
    assert lines[0]["Trước"] == "A: 1"
    assert lines[0]["Thư điện tử"] == keeper.email
    book = openpyxl.load_workbook(io.BytesIO(auditor_client.get(LIST, {"export": "xlsx"}).content))
    cells = [cell for line in book.active for cell in line if cell.value == "=1+1"]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_download_is_at_the_filter(rows, auditor_client):
    text = b"".join(auditor_client.get(LIST, {"export": "csv", "unit": LAM_DONG})).decode()
    assert "ly-do-lam-dong" in text
    assert "ly-do-bac-ninh" not in text


def test_workbook_of_too_many_rows_is_refused_with_words(rows, auditor_client, monkeypatch):
    monkeypatch.setattr(views, "IN_A_WORKBOOK", 2)
    response = auditor_client.get(LIST, {"export": "xlsx", "action": "enterprise.updated"}, follow=True)
    assert "thu hẹp bộ lọc" in response.content.decode()
    assert response.redirect_chain == [("/audit/?action=enterprise.updated", 302)]
    assert auditor_client.get(LIST, {"export": "xlsx", "unit": LAM_DONG})["Content-Disposition"].endswith('.xlsx"')


def test_list_counts_up_to_its_limit_and_says_so(rows, auditor_client, monkeypatch):
    monkeypatch.setattr(views, "COUNTED", 2)
    response = auditor_client.get(LIST, {"action": "enterprise.updated"})
    assert response.context["table"].paginator.count == 2
    assert "mới nhất của kết quả lọc. Chọn “Đến ngày”" in response.content.decode()
    assert "tệp .csv có đủ mọi dòng." in response.content.decode()
    assert "kết quả lọc" not in auditor_client.get(LIST, {"action": "demo.loaded"}).content.decode()
    assert auditor_client.get(LIST, {"page": 99}).status_code == 200


@pytest.mark.parametrize(
    "sort, seen, words",
    [
        ("-at", "ngày 14", "mới nhất của kết quả lọc. Chọn “Đến ngày” 12/03/2026, người"),
        ("at", "ngày 10", "cũ nhất của kết quả lọc. Chọn “Từ ngày” 12/03/2026, người"),
    ],
)
def test_last_page_of_a_list_that_ends_early_says_where_to_go_on(at, auditor_client, monkeypatch, sort, seen, words):
    monkeypatch.setattr(views, "COUNTED", 30)
    for day in (10, 12, 14):
        for minute in range(20):
            at(datetime(2026, 3, day, 5, minute, tzinfo=UTC), "walk.done", reason=f"ngày {day}")
    asked = {"action": "walk.done", "sort": sort, "per_page": 20}
    first, last = (auditor_client.get(LIST, asked | {"page": page}) for page in (1, 2))
    assert seen in reasons(first)
    assert "12/03/2026, người" not in first.content.decode()
    assert words in last.content.decode()
    name = "until" if sort == "-at" else "since"
    further = auditor_client.get(LIST, asked | {name: "12/03/2026"})
    assert reasons(further) <= {"ngày 12", "ngày 10" if sort == "-at" else "ngày 14"}
    lines = b"".join(auditor_client.get(LIST, asked | {"export": "csv"})).decode().strip().splitlines()
    assert len(lines) == 61


@pytest.mark.parametrize("central", [True, False])
def test_list_costs_the_same_for_one_row_and_three(auditor, unit_administrator, signed_in, keeper, central):
    client = signed_in(auditor if central else unit_administrator)
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    taken = []
    for more in (1, 2):
        for _turn in range(more):
            record("unit.corrected", by=keeper, target=unit, unit=BAC_NINH)
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(LIST)
        taken.append(len(caught))
    assert taken[0] == taken[1]


def test_reading_writes_nothing(rows, auditor_client):
    auditor_client.get(LIST)
    before = AuditEvent.objects.count()
    for path in (LIST, f"{LIST}?export=csv", page_of(rows["own"]), "/audit/0/"):
        auditor_client.get(path)
    assert AuditEvent.objects.count() == before


# --- the section «Lịch sử» -------------------------------------------------------------------------------------------


def corrected(by, unit: str, reason: str) -> AuditEvent:
    return record(
        "unit.corrected",
        by=by,
        target=OrganisationUnit.objects.get(pk=unit),
        unit=unit,
        reason=reason,
        before={"region": "vung-cu"},
        after={"region": "vung-moi"},
    )


def test_unit_page_shows_its_history_in_full_to_those_who_read_the_audit(
    keeper, outsider, unit_administrator, signed_in
):
    row = corrected(keeper, BAC_NINH, "ly-do-bac-ninh")
    corrected(outsider, LAM_DONG, "ly-do-lam-dong")
    client = signed_in(unit_administrator)
    page = client.get("/units/bac-ninh/").content.decode()
    for words in ("Lịch sử", "ly-do-bac-ninh", "vung-cu", "vung-moi", page_of(row), "Keeper Bac Ninh"):
        assert words in page
    assert "/audit/?target_type=organisations.organisationunit&amp;target_id=VN-24-2025" in page
    assert "ly-do-lam-dong" not in page
    elsewhere = client.get("/units/lam-dong/").content.decode()
    assert "unit.corrected" in elsewhere or "Keeper Lam Dong" in elsewhere
    assert "ly-do-lam-dong" not in elsewhere
    assert "vung-cu" not in elsewhere


def test_unit_page_tells_others_what_and_when_only(keeper, signed_in):
    row = corrected(keeper, BAC_NINH, "ly-do-bac-ninh")
    page = signed_in(keeper).get("/units/bac-ninh/").content.decode()
    assert "Keeper Bac Ninh" in page
    for secret in ("ly-do-bac-ninh", "vung-cu", "/audit/", page_of(row)):
        assert secret not in page


def test_history_of_an_untouched_unit_says_so(keeper, signed_in):
    assert "Chưa có thay đổi nào được ghi lại." in signed_in(keeper).get("/units/lam-dong/").content.decode()


def test_what_stands_beside_the_change_is_named(auditor_client, keeper):
    event = record("invitation.sent", by=keeper, target=keeper, email="moi@so.vn", role="unit_editor", valid_to="")
    page = auditor_client.get(f"/audit/{event.pk}/").content.decode()
    assert "<dt>Vai trò</dt><dd>Chuyên viên đơn vị</dd>" in page
    assert "<dt>Đến ngày</dt><dd>–</dd>" in page
    assert "unit_editor" not in page


def test_units_below_another_are_named_with_it(auditor_client, keeper):
    record("unit.corrected", by=keeper, target=keeper, unit="BDL")
    assert "Ban Đo lường (Ủy ban TĐC)" in auditor_client.get("/audit/", {"unit": "BDL"}).content.decode()


# --- in words, not in codes -------------------------------------------------------------------------------------------


def test_no_two_actions_or_kinds_of_objects_share_a_name():
    for choices in (action_choices(), target_choices()):
        labels = [label for _code, label in choices]
        assert sorted(labels) == sorted(set(labels))


def test_the_pages_and_the_file_say_words_where_a_program_would_say_codes(auditor_client, keeper):
    row = AttendanceFactory(birth_year=1999)
    change_row(row, {"birth_year": 1998}, "Nhầm năm", by=keeper)
    event = AuditEvent.objects.get(action="register.changed")
    page = auditor_client.get(page_of(event)).content.decode()
    assert "Sửa trong sổ" in page
    assert "register.changed" not in page
    assert "<dt>Mã yêu cầu</dt>" in page
    text = b"".join(auditor_client.get(LIST, {"export": "csv"})).decode("utf-8-sig")
    [line] = [line for line in csv.DictReader(io.StringIO(text), delimiter=";") if line["Mã hành động"] == event.action]
    assert (line["Trước"], line["Sau"]) == ("Năm sinh: 1999", "Năm sinh: 1998")
    assert (line["Loại đối tượng"], line["Mã loại đối tượng"]) == ("lượt học viên", "training.attendance")
    assert "Mã yêu cầu" in line


def test_whatever_stands_beside_a_change_has_words():
    """Every name under which `record()` is given something, wherever it is called."""
    own = {"by", "target", "unit", "reason", "before", "after", None}
    for path in [*Path("apps").rglob("*.py"), *Path("program996").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                for name in {keyword.arg for keyword in node.keywords} - own:
                    assert key_label(name) != name, (path, node.lineno, name)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("chuan khoi luong số 7", {"chuẩn"}), ("LƯỢNG SỐ 7", {"chuẩn"}), ("bắc ninh", {"đơn vị"}), ("ch", set())],
)
def test_search_finds_the_object_by_the_name_it_had(auditor_client, outsider, asked, found):
    row = StandardFactory(name="Chuẩn khối lượng số 7")
    record("register.added", by=outsider, target=row, unit=BAC_NINH, reason="chuẩn")
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    record("unit.corrected", by=outsider, target=unit, unit=BAC_NINH, reason="đơn vị")
    assert reasons(auditor_client.get(LIST, {"q": asked})) == found


def test_names_are_found_by_an_index(auditor_client):
    """The log grows for good: a search must not read all of it."""
    rows = AuditEvent.objects.alias(words=VnFold("target")).filter(words__contains=VnFold(Value("khối lượng")))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "audit_target_words" in rows.order_by().explain()


def test_an_import_and_a_stage_lead_to_their_pages_for_whoever_may_open_them(
    auditor, unit_administrator, signed_in, keeper
):
    batches = [imported_batch(keeper, f"tệp-{n}.xlsx") for n in range(3)]
    stage = ProgrammeEventFactory()
    for target in (*batches, stage):
        record("import.written", by=keeper, target=target, unit=BAC_NINH)
    page = signed_in(auditor).get(LIST).content.decode()
    for batch in batches:
        assert f'href="{batch.get_absolute_url()}"' in page
    assert f'href="{stage.programme.enterprise.get_absolute_url()}"' in page
    event = AuditEvent.objects.get(target_type="exchange.importbatch", target_id=str(batches[0].pk))
    assert f'href="{batches[0].get_absolute_url()}"' in signed_in(auditor).get(page_of(event)).content.decode()
    may_open = unit_administrator.has_perm("exchange.view_importbatch")
    page = signed_in(unit_administrator).get(LIST).content.decode()
    assert (f'href="{batches[0].get_absolute_url()}"' in page) == may_open


def test_links_of_many_imports_cost_one_query(auditor, signed_in, keeper):
    client, taken = signed_in(auditor), []
    for _turn in range(2):
        for n in range(2):
            record("import.written", by=keeper, target=imported_batch(keeper, f"{n}.xlsx"), unit=BAC_NINH)
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        taken.append(len(caught))
    assert taken[0] == taken[1]


def imported_batch(by, filename: str) -> ImportBatch:
    sha256 = f"{ImportBatch.objects.count():064x}"
    file = StoredFile.objects.create(sha256=sha256, size=1, uploaded_by=by)
    return ImportBatch.objects.create(
        register="enterprises", unit_id=BAC_NINH, file=file, filename=filename, uploaded_by=by
    )


def test_kinds_of_objects_begin_with_a_capital():
    assert [label for _kind, label in target_choices() if label[:1] != label[:1].upper()] == []


def test_in_a_demonstration_nobody_is_called_the_portal(at, rows):
    loaded = rows["none"].at
    assert by_nobody(loaded) == "Số liệu minh họa"
    assert by_nobody(loaded + timedelta(seconds=1)) == "Hệ thống"


def test_without_illustrative_data_it_was_the_portal(db):
    assert by_nobody(timezone.now()) == "Hệ thống"


def test_a_masked_number_says_why(keeper, auditor_client):
    row = record("enterprise.updated", by=keeper, before={"tax_code": "••••••••2345"}, after={"tax_code": "0100109106"})
    assert "cổng chỉ ghi 4 số cuối" in auditor_client.get(page_of(row)).content.decode()
    plain = record("enterprise.updated", by=keeper, before={"name": "A"}, after={"name": "B"})
    assert "cổng chỉ ghi 4 số cuối" not in auditor_client.get(page_of(plain)).content.decode()
