"""What the registers of activities hold a row to, at the form and in a file alike."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.activities.models import Communication, Difficulty, Inspection
from apps.framework.models import FrameworkItem
from apps.registers.checks import check_row
from apps.registers.declaration import register_of
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.enterprises import tax_code
from tests.factories.registers import ACTIVITIES, FACTORIES, InspectionFactory, make
from tests.labs.conftest import upload, write
from tests.registers.conftest import problems, states

__all__ = ["upload", "write"]
pytestmark = pytest.mark.django_db
SPANS = dict.fromkeys(("inspections", "events", "exchanges"), "Ngày cuối không được trước ngày đầu.")
WRONG_DIGIT = tax_code(5)[:-1] + str((int(tax_code(5)[-1]) + 1) % 10)
EARLY, LATE = date(2026, 2, 1), date(2026, 3, 12)


def refusals(slug: str, **given) -> dict[str, list[str]]:
    row = FACTORIES[slug].build(**given)
    try:
        check_row(register_of(slug), row)
    except ValidationError as refusal:
        return refusal.message_dict
    return {}


@pytest.mark.parametrize(
    ("slug", "given", "place"),
    [
        *((slug, {"started_on": LATE, "ended_on": EARLY}, "ended_on") for slug in SPANS),
        ("inspections", {"places": 2, "bad_places": 3}, "bad_places"),
        ("inspections", {"instruments": 2, "bad_instruments": 3}, "bad_instruments"),
        ("inspections", {"packages": 0, "bad_packages": 1}, "bad_packages"),
        ("inspections", {"remedied_on": LATE}, "remedied_on"),
        ("inspections", {"remedies_due_on": EARLY}, "remedies_due_on"),
        ("inspections", {"remedies_due_on": LATE, "remedied_on": EARLY}, "remedied_on"),
        ("difficulties", {"answered_on": LATE}, "answer"),
        ("difficulties", {"answer": "Đã hướng dẫn"}, "answer"),
        ("difficulties", {"answered_on": EARLY, "answer": "Đã hướng dẫn"}, "answered_on"),
        ("difficulties", {"due_on": EARLY}, "due_on"),
        ("difficulties", {"tax_code": WRONG_DIGIT}, "tax_code"),
        ("infrastructure-reviews", {"year": 2017}, "year"),
        ("policies", {"stage": "issued"}, "document"),
        ("high-tech-products", {"outcome": "listed"}, "decided_on"),
        ("high-tech-products", {"decided_on": LATE}, "decided_on"),
        ("communications", {"pieces": 0}, "pieces"),
        ("communications", {"link": "javascript:alert(1)"}, "link"),
        ("agreements", {"in_force_on": EARLY}, "in_force_on"),
        ("agreements", {"expires_on": EARLY}, "expires_on"),
        ("agreements", {"in_force_on": LATE + timedelta(9), "expires_on": LATE}, "expires_on"),
        ("agreements", {"ended_on": EARLY}, "ended_on"),
        ("international-memberships", {"ended_on": EARLY}, "ended_on"),
    ],
)
def test_what_cannot_be_is_told_at_its_column(reference, slug, given, place):
    assert set(refusals(slug, **given)) == {place}


@pytest.mark.parametrize("slug", ACTIVITIES)
def test_a_row_names_an_item_of_the_plan_and_no_heading(reference, slug):
    assert refusals(slug, framework_item=FrameworkItem.objects.get(pk="B.7")) == {}
    assert set(refusals(slug, framework_item=FrameworkItem.objects.get(pk="A.2.1"))) == {"framework_item"}


def test_an_inspection_comes_by_its_form_with_the_item_and_fines_beyond_two_thousand_million(reader_client):
    page = reader_client.get("/registers/inspections/new/").text
    assert '<option value="A.2.3.1">A.2.3.1. Phối hợp với các bộ, ngành' in page
    assert '<option value="A.2.3">' not in page
    sent = {
        "key": "once", "title": "Kiểm tra cột đo xăng dầu", "kind": "field", "unit": "Bắc Ninh",
        "started_on": "02/03/2026", "ended_on": "12/03/2026", "framework_item": "A.2.3.1", "places": "12",
        "fines": "3.000.000.000",
    }  # fmt: skip
    assert reader_client.post("/registers/inspections/new/", sent).status_code == 302
    row = Inspection.objects.get()
    assert (row.framework_item_id, row.fines, row.places, row.bad_places) == ("A.2.3.1", 3_000_000_000, 12, None)
    beyond = sent | {"key": "again", "fines": str(2**53)}  # which programs would read as another number
    assert set(reader_client.post("/registers/inspections/new/", beyond).context["form"].errors) == {"fines"}
    shown = reader_client.get(row.get_absolute_url()).text
    assert "A.2.3.1. Phối hợp" in shown
    assert "3.000.000.000" in shown
    told = reader_client.get(f"/api/v1/registers/inspections/{row.pk}/").json()
    assert (told["framework_item"], told["fines"]) == ("A.2.3.1", 3_000_000_000)
    by_item = reader_client.get("/registers/inspections/?framework_item=A.2.3.1").context["table"]
    assert len(by_item.rows) == 1
    assert len(reader_client.get("/registers/inspections/?framework_item=B.7").context["table"].rows) == 0


def test_a_file_is_held_to_the_same_and_names_items_by_code_or_name(upload, write, reader_client):
    row = {
        "title": "Kiểm tra", "kind": "Tại doanh nghiệp, tổ chức cung cấp dịch vụ đo lường", "unit": "Bắc Ninh",
        "started_on": "02/03/2026", "ended_on": "12/03/2026",
    }  # fmt: skip
    rows = [
        row | {"framework_item": "7 danh mục B"}, row | {"title": "Hai", "framework_item": "B.7. Tổ chức tuyên truyền"},
        row | {"title": "Ba", "framework_item": "A.2.3"}, row | {"title": "Bốn", "remedied_on": "13/03/2026"},
        row | {"title": "Năm", "places": 1, "bad_places": 2},
    ]  # fmt: skip
    batch = upload("inspections", rows)
    assert states(batch) == ["new", "new", "error", "error", "error"]
    assert [(number, column) for number, column, *_rest in problems(batch)] == [
        (4, "Hạng mục kế hoạch"), (5, "Ngày khắc phục xong"), (6, "Số cơ sở vi phạm"),
    ]  # fmt: skip
    write(batch)
    assert set(Inspection.objects.values_list("framework_item", flat=True)) == {"B.7"}
    told = {"title": "Thiếu", "raised_by": "Công ty", "tax_code": WRONG_DIGIT, "raised_on": "02/03/2026"}
    [problem] = upload("difficulties", [told | {"unit": "Bắc Ninh"}]).problems.all()
    assert problem.code == "tax_code_check_digit"


def test_a_households_code_is_told_to_its_units_own_only(signed_in, keeper, officer):
    row = make("difficulties", tax_code="001234567890")
    assert "001234567890" not in signed_in(officer).get(row.get_absolute_url()).text
    assert "001234567890" not in signed_in(officer).get(f"/api/v1/registers/difficulties/{row.pk}/").text


def test_editors_of_any_reporting_unit_enter_its_own_and_the_office_everybodys(member, signed_in):
    sent = {"title": "Đưa tin", "channel": "online", "outlet": "Trang tin", "published_on": "02/03/2026", "pieces": "1"}
    editor, vcci = member("Editor", "unit_editor", BAC_NINH), member("Editor VCCI", "unit_editor", "VCCI")
    for by, own, other in ((editor, "Bắc Ninh", "Lâm Đồng"), (vcci, "VCCI", "Bắc Ninh")):
        client = signed_in(by)
        told = {"key": f"own {own}", "unit": own}
        assert client.post("/registers/communications/new/", sent | told).status_code == 302
        refused = client.post("/registers/communications/new/", sent | {"key": f"other {own}", "unit": other})
        assert "unit" in refused.context["form"].errors
    central = signed_in(member("Keeper TDC", "register_keeper", TDC))
    assert central.post("/registers/communications/new/", sent | {"key": "c", "unit": "Lâm Đồng"}).status_code == 302
    assert set(Communication.objects.values_list("unit", flat=True)) == {BAC_NINH, "VCCI", LAM_DONG}


def test_an_answer_closes_a_difficulty(reader_client):
    today = timezone.localdate()
    row = make("difficulties", raised_on=today - timedelta(days=40), due_on=today - timedelta(days=1))
    assert "Quá hạn · 1 ngày" in reader_client.get(row.get_absolute_url()).text
    Difficulty.objects.filter(pk=row.pk).update(answered_on=today - timedelta(days=10), answer="Đã hướng dẫn")
    assert "Đã xong · 30 ngày" in reader_client.get(row.get_absolute_url()).text


def test_what_no_remedy_was_asked_of_waits_for_nothing(reader_client):
    assert "Không yêu cầu" in reader_client.get(InspectionFactory().get_absolute_url()).text
