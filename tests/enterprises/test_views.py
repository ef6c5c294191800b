"""The register's pages, each asked the six questions: works, other unit, no right, wrong state, bad data, queries."""

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from apps.audit.models import AuditEvent
from apps.documents.models import StoredFile
from apps.enterprises import services
from apps.enterprises.models import Industry
from apps.exchange.models import ImportBatch, StagedRow
from apps.progress.services import recompute
from tests.alike import assert_files_say_the_same
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.enterprises.conftest import LIST, text_of
from tests.factories.closings import close_until
from tests.factories.enterprises import EnterpriseFactory, tax_code
from tests.factories.registers import MinistryFactory

pytestmark = pytest.mark.django_db
# Session, person, rights; facts, count, rows; three of the frame. Once a minute the session is written, with
# a savepoint around it where it is a test that counts.
LIST_QUERIES = 11
FRAGMENT_QUERIES = 8


def rows_of(response) -> list[str]:
    return [row.record.name for row in response.context["table"].paginated_rows]


# --- the list: works --------------------------------------------------------------------------------------------------


def test_list_shows_what_the_mock_up_shows(client, keeper, event_of):
    seated = EnterpriseFactory(name="Công ty CP Thực phẩm Sông Cầu", unit_id=BAC_GIANG, located_on=date(2024, 3, 12))
    event_of(seated, "applied", date(2024, 3, 12), unit=BAC_GIANG, entered_by=keeper)
    EnterpriseFactory(name="An Bình")
    response = client.get(LIST)
    assert response.status_code == 200
    assert rows_of(response) == ["An Bình", "Công ty CP Thực phẩm Sông Cầu"]
    told = text_of(response)
    assert f"MST {seated.tax_code}" in told
    assert "Bắc Ninh trước là Bắc Giang" in told
    assert "12/03/2024 Đang áp dụng Nhập tay" in told
    assert "2 doanh nghiệp" in told
    assert "Thêm doanh nghiệp" in told


def test_names_stand_in_vietnamese_order(client):
    for name in ["Đông Á", "Dung Quất", "Ánh Dương", "An Bình", "Ấn Độ Dương"]:
        EnterpriseFactory(name=name)
    assert rows_of(client.get(LIST)) == ["An Bình", "Ánh Dương", "Ấn Độ Dương", "Dung Quất", "Đông Á"]
    assert rows_of(client.get(LIST, {"sort": "-name"}))[0] == "Đông Á"


def test_figures_of_the_persons_units_stand_beside_the_unfiltered_count(client, signed_in, officer, event_of):
    event_of(EnterpriseFactory(), "applied", date(2024, 3, 12), unit=BAC_GIANG)
    event_of(EnterpriseFactory(unit_id=LAM_DONG), "applied", date(2026, 3, 12), unit=LAM_DONG)
    recompute(indicators=["MT5"])
    close_until(2025)
    assert "Tính vào MT5: 1 đến hết 2025 · 0 trong năm 2026 (tạm tính)" in text_of(client.get(LIST))
    assert "Tính vào MT5: 1 đến hết 2025 · 1 trong năm 2026 (tạm tính)" in text_of(signed_in(officer).get(LIST))
    assert "Tính vào MT5" not in text_of(client.get(LIST, {"ownership": "private"}))


FILTERS = [
    ({"q": "song cau"}, ["Sông Cầu"]),
    ({"q": tax_code(500)[:9]}, ["Sông Cầu"]),
    ({"unit": BAC_NINH}, ["Hồng Hà", "Sông Cầu"]),
    ({"unit": BAC_GIANG}, ["Sông Cầu"]),
    ({"ownership": "state"}, ["Hồng Hà"]),
    ({"year": "2024"}, ["Sông Cầu"]),
    ({"year": "2026"}, ["Lâm Viên"]),
    ({"stage": "maintained"}, ["Sông Cầu"]),
    ({"stage": "approached"}, ["Hồng Hà"]),
    ({"source": "hand"}, ["Lâm Viên"]),
    ({"source": "demo"}, ["Hồng Hà", "Sông Cầu"]),
    ({"source": "excel"}, []),
    ({"section": "2025:C,2018:C"}, ["Sông Cầu"]),
    ({"year": "2024", "ownership": "private", "q": "cầu"}, ["Sông Cầu"]),
    ({"unit": [BAC_GIANG, LAM_DONG]}, ["Lâm Viên", "Sông Cầu"]),
    ({"ownership": ["state", "private"], "stage": ["approached", "maintained"]}, ["Hồng Hà", "Sông Cầu"]),
    ({"year": ["2024", "2026"]}, ["Lâm Viên", "Sông Cầu"]),
    ({"source": ["hand", "demo"]}, ["Hồng Hà", "Lâm Viên", "Sông Cầu"]),
    ({"unit": "", "stage": ""}, ["Hồng Hà", "Lâm Viên", "Sông Cầu"]),
]


def test_filters(signed_in, officer, central_keeper, event_of):
    food = Industry.objects.get(version="2018", code="10")
    one = EnterpriseFactory(name="Sông Cầu", unit_id=BAC_GIANG, tax_code=tax_code(500), industry=food)
    event_of(one, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    event_of(one, "maintained", date(2025, 3, 12), unit=BAC_GIANG)
    event_of(EnterpriseFactory(name="Hồng Hà", ownership="state"), "approached")
    event_of(EnterpriseFactory(name="Lâm Viên", unit_id=LAM_DONG), unit=LAM_DONG, entered_by=central_keeper)
    page = signed_in(officer)
    for asked, found in FILTERS:
        assert rows_of(page.get(LIST, asked)) == found, asked


def test_a_filter_without_a_match_offers_the_way_back(client, enterprise):
    told = text_of(client.get(LIST, {"q": "không có"}))
    assert "Không có dòng nào khớp bộ lọc" in told
    assert "Xóa bộ lọc" in told


HARMLESS = [
    *({"per_page": "7"}, {"page": "99"}, {"page": "x"}, {"sort": "password"}, {"unknown": "1"}),
    *({"unit__name": "x"}, {"enterprise__id": "1"}),
]


def test_unknown_parameters_are_harmless(client, enterprise):
    for asked in HARMLESS:
        response = client.get(LIST, asked)
        assert response.status_code == 200, asked
        assert rows_of(response) == [enterprise.name], asked


@pytest.mark.parametrize(("asked", "given"), [("1000000", 50), ("7", 50), ("-1", 50), ("200", 200)])
def test_rows_on_a_page_are_one_of_the_choices(client, enterprise, asked, given):
    assert client.get(LIST, {"per_page": asked}).context["table"].paginator.per_page == given


@pytest.mark.parametrize(
    "asked", [{"unit": "X"}, {"unit": LAM_DONG}, {"year": "1999"}, {"stage": "x"}, {"section": "'"}, {"q": "a" * 101}]
)
def test_a_filter_value_that_is_no_choice_answers_with_nothing_rather_than_all(client, enterprise, asked):
    response = client.get(LIST, asked)
    assert response.status_code == 200
    assert rows_of(response) == []


def test_sorts(signed_in, officer, event_of):
    later = EnterpriseFactory(name="A", unit_id=LAM_DONG)
    event_of(later, "applied", date(2026, 2, 2), unit=LAM_DONG)
    early = EnterpriseFactory(name="B", unit_id=BAC_GIANG)
    event_of(early, "applied", date(2020, 2, 2), unit=BAC_GIANG)
    EnterpriseFactory(name="C")
    page = signed_in(officer)
    assert rows_of(page.get(LIST, {"sort": "started_on"})) == ["B", "A", "C"]
    assert rows_of(page.get(LIST, {"sort": "-started_on"})) == ["A", "B", "C"]
    assert rows_of(page.get(LIST, {"sort": "unit"})) == ["B", "C", "A"]  # both of today's Bắc Ninh together
    assert rows_of(page.get(LIST, {"sort": "-unit"})) == ["A", "B", "C"]


def test_htmx_gets_the_list_alone(client, enterprise):
    response = client.get(LIST, headers={"HX-Request": "true"})
    assert "<h1" not in response.content.decode()
    assert enterprise.name in response.content.decode()
    assert "HX-Request" in response["Vary"]


# --- the list: scope, rights, queries ---------------------------------------------------------------------------------


def test_list_keeps_to_the_persons_units(signed_in, keeper, outsider, event_of):
    EnterpriseFactory(name="Của Bắc Ninh")
    moved = EnterpriseFactory(name="Đã chuyển đi", unit_id=LAM_DONG)
    event_of(moved, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    assert rows_of(signed_in(keeper).get(LIST)) == ["Của Bắc Ninh", "Đã chuyển đi"]
    assert rows_of(signed_in(outsider).get(LIST)) == ["Đã chuyển đi"]
    groups = signed_in(outsider).get(LIST).context["filter"].form.fields["unit"].choices
    offered = {unit for _label, places in groups for unit, _name in places}
    assert offered == {LAM_DONG, "VN-68-2008", "VN-67-2008", "VN-60-2008"}


def test_list_needs_the_right(signed_in, stranger, enterprise):
    response = signed_in(stranger).get(LIST)
    assert response.status_code == 403
    assert enterprise.name not in response.content.decode()


def test_who_only_reads_is_offered_no_change(signed_in, officer, enterprise):
    page = signed_in(officer).get(LIST).content.decode()
    assert enterprise.name in page
    assert f"{LIST}new/" not in page
    assert "btn-primary" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("count", [1, 3, 50])
def test_list_query_count(client, event_of, count, django_assert_num_queries):
    for one in EnterpriseFactory.create_batch(count):
        event_of(one)
    client.get(LIST)
    for asked in ({}, {"unit": BAC_NINH}, {"q": "cong ty", "year": "2026", "stage": "applied"}):
        with django_assert_num_queries(LIST_QUERIES):
            response = client.get(LIST, asked)
        assert len(rows_of(response)) == count
        with django_assert_num_queries(FRAGMENT_QUERIES):
            client.get(LIST, asked, headers={"HX-Request": "true"})


def test_list_of_the_whole_country_costs_the_same_queries(
    signed_in, central_keeper, event_of, django_assert_num_queries
):
    page = signed_in(central_keeper)
    event_of(EnterpriseFactory())
    page.get(LIST)
    with django_assert_num_queries(LIST_QUERIES - 1):  # there the pairs are not counted
        page.get(LIST)


# --- exports ----------------------------------------------------------------------------------------------------------


def exported(response) -> list[list[str]]:
    if "csv" in response["Content-Type"]:
        return list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export_holds_the_filtered_rows(client, event_of, kind):
    event_of(EnterpriseFactory(name="Sông Cầu", unit_id=BAC_GIANG), on=date(2024, 3, 12), unit=BAC_GIANG)
    EnterpriseFactory(name="Hồng Hà", unit_id=BAC_NINH)
    EnterpriseFactory(name="Sông Lô", unit_id=LAM_DONG)
    header, *rows = exported(client.get(LIST, {"q": "sông", "export": kind}))
    assert header[:2] == ["Doanh nghiệp", "Mã số thuế"]
    assert [row[0] for row in rows] == ["Sông Cầu"]
    assert rows[0][2] == "Bắc Ninh (trước là Bắc Giang)"
    day = "12/03/2024" if kind == "csv" else datetime(2024, 3, 12)
    assert rows[0][4:7] == ["Khu vực kinh tế tư nhân", day, "Đang áp dụng"]


@pytest.mark.parametrize("name", ["=1+1", "+84", "-2", "@SUM(A1)", '=HYPERLINK("x")'])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export_neutralises_formulas(client, kind, name):
    EnterpriseFactory(name=name)
    response = client.get(LIST, {"export": kind})
    if kind == "csv":
        assert exported(response)[1][0] == f"'{name}"
        return
    cell = load_workbook(io.BytesIO(response.content)).active["A2"]
    assert (cell.value, cell.data_type) == (name, "s")
    assert cell.quotePrefix


def test_csv_says_what_the_list_says(client, keeper, event_of):
    """Whoever began elsewhere, came from a file, has no stage or a person's number for a code."""
    trade = Industry.objects.first()
    batch = ImportBatch.objects.create(
        register="enterprises", unit_id=BAC_NINH, uploaded_by=keeper,
        file=StoredFile.objects.create(sha256="b" * 64, size=1, uploaded_by=keeper),
    )  # fmt: skip
    for number, unit in enumerate([BAC_GIANG, BAC_NINH, LAM_DONG]):
        moved = EnterpriseFactory(name='=Sông "Cầu"', unit_id=BAC_NINH, industry=trade, ownership="fdi")
        event_of(moved, on=date(2024, 3, 12), unit=unit, batch=batch if number else None)
        event_of(moved, "stopped", on=date(2025, 3, 12), unit=BAC_NINH, entered_by=keeper, form="written")
    event_of(EnterpriseFactory(name="Ω", unit_id=BAC_GIANG), on=date(2024, 3, 12), unit=BAC_GIANG, batch=batch)
    event_of(EnterpriseFactory(name="a\nb; c"), "surveyed", on=date(2024, 3, 12), unit=BAC_NINH)
    EnterpriseFactory(name="Hộ bà Tư", ownership="household", tax_code="001099012345")
    managed = EnterpriseFactory(name="-")
    MinistryFactory(tax_code=managed.tax_code, since="2024-01-01")
    assert_files_say_the_same(client, LIST, rows=7)
    assert_files_say_the_same(client, f"{LIST}?sort=-unit", rows=7)


@pytest.mark.parametrize("asked", [{}, {"export": "xlsx"}, {"export": "csv"}, {"q": "hộ bà"}])
def test_a_households_number_is_masked_everywhere(client, asked):
    household = EnterpriseFactory(name="Hộ bà Tư", ownership="household", tax_code="001099012345")
    response = client.get(LIST, asked)
    found = str(exported(response)) if "export" in asked else response.content.decode()
    assert "••••••••2345" in found
    assert "00109901" not in found
    page = client.get(household.get_absolute_url()).content.decode()
    assert "00109901" not in page


# --- the notice of an unfinished import -------------------------------------------------------------------------------


@pytest.fixture
def waiting(keeper) -> ImportBatch:
    file = StoredFile.objects.create(sha256="a" * 64, size=1, uploaded_by=keeper)
    batch = ImportBatch.objects.create(
        register="enterprises", unit_id=BAC_NINH, file=file, filename="DN-BN-2026.xlsx", state="checked",
        uploaded_by=keeper,
    )  # fmt: skip
    for number in range(3):
        StagedRow.objects.create(batch=batch, number=number + 2, raw={}, state="error" if number else "new")
    batch.problems.create(number=3, column="Mã số thuế", code="x", message="x", severity="warning")
    return batch


def test_an_own_unfinished_import_is_told(client, signed_in, waiting, outsider):
    told = text_of(client.get(LIST))
    assert "Tệp DN-BN-2026.xlsx còn 2 dòng lỗi, 1 dòng cần xác nhận, chưa ghi vào sổ" in told
    assert waiting.get_absolute_url() in client.get(LIST).content.decode()
    assert "DN-BN-2026.xlsx" not in text_of(signed_in(outsider).get(LIST))
    when = dict.fromkeys(("confirmed_at", "written_at"), waiting.created_at)
    ImportBatch.objects.update(state="written", confirmed_by=waiting.uploaded_by, **when)
    assert "DN-BN-2026.xlsx" not in text_of(client.get(LIST))


# --- the record -------------------------------------------------------------------------------------------------------


def test_record_tells_what_counts_and_what_was_withdrawn(client, keeper, enterprise, event_of):
    event_of(enterprise, "applied", date(2024, 3, 12), unit=BAC_GIANG)
    gone = event_of(enterprise, "stopped", date(2026, 1, 5))
    services.withdraw_event(gone, "Nhầm doanh nghiệp", by=keeper)
    told = text_of(client.get(enterprise.get_absolute_url()))
    assert "Tính vào MT5 kỳ 2024, đơn vị Bắc Giang (nay thuộc Bắc Ninh)" in told
    assert "Keeper Bac Ninh thu hồi lúc" in told
    assert "Nhầm doanh nghiệp" in told
    assert "Thu hồi giai đoạn : Đã ngừng 05/01/2026 · Keeper Bac Ninh" in told
    assert f"{LIST}events/{gone.pk}/correct/" not in client.get(enterprise.get_absolute_url()).content.decode()


def test_record_of_another_unit_is_not_found(signed_in, outsider, enterprise):
    response = signed_in(outsider).get(enterprise.get_absolute_url())
    assert response.status_code == 404
    assert enterprise.name not in response.content.decode()


def test_record_needs_the_right(signed_in, stranger, enterprise):
    assert signed_in(stranger).get(enterprise.get_absolute_url()).status_code == 403


def test_record_offers_changes_of_own_events_only(signed_in, keeper, outsider, event_of):
    moved = EnterpriseFactory(unit_id=LAM_DONG)
    own, others = event_of(moved, on=date(2024, 3, 12), unit=BAC_GIANG), event_of(moved, "maintained", unit=LAM_DONG)
    page = signed_in(keeper).get(moved.get_absolute_url()).content.decode()
    assert f"events/{own.pk}/correct/" in page
    assert f"events/{others.pk}/correct/" not in page
    assert f"{moved.pk}/edit/" not in page  # its seat is another's
    page = signed_in(outsider).get(moved.get_absolute_url()).content.decode()
    assert f"{moved.pk}/edit/" in page


def test_who_only_reads_sees_the_record_without_buttons(signed_in, officer, enterprise, event_of):
    event = event_of(enterprise)
    page = signed_in(officer).get(enterprise.get_absolute_url()).content.decode()
    assert f"events/{event.pk}/" not in page
    assert "edit/" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_record_query_count(client, keeper, enterprise, event_of, count, django_assert_num_queries):
    for month in range(1, count + 1):
        event = event_of(enterprise, on=date(2026, month, 5))
        services.correct_event(event, {"note": "x"}, "Ghi thêm", by=keeper)
    client.get(LIST)
    with django_assert_num_queries(19):
        client.get(enterprise.get_absolute_url())


# --- the way to the audit ---------------------------------------------------------------------------------------------


def test_whoever_reads_the_audit_comes_there_from_the_record(client, keeper, signed_in, member):
    """The record's page says who and what; from where is in the audit, which nobody finds by a record's number."""
    enterprise = EnterpriseFactory()
    services.update_enterprise(enterprise, {"address": "Số 1"}, by=keeper)
    auditor = member("kiem-tra", "auditor", "UBTDC")
    page = signed_in(auditor).get(f"{LIST}{enterprise.pk}/").content.decode()
    assert f"/audit/?target_type=enterprises.enterprise&amp;target_id={enterprise.pk}" in page
    row = AuditEvent.objects.get(action="enterprise.updated")
    assert f'href="{row.get_absolute_url()}"' in page
    assert "/audit/" not in client.get(f"{LIST}{enterprise.pk}/").content.decode()
