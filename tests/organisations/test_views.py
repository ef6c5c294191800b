"""The list of units and the page of one."""

import re
from datetime import date

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from apps.core.text import fold
from apps.organisations.models import OrganisationUnit, Succession
from apps.organisations.selectors import unit_labels
from tests.conftest import LAM_DONG
from tests.factories.organisations import OrganisationUnitFactory, SuccessionFactory
from tests.factories.tasks import PlanTaskFactory
from tests.organisations.found import units_found

LIST = "/units/"
pytestmark = pytest.mark.django_db


def rows(response) -> list[str]:
    return [row.record.short_name for row in response.context["table"].rows]


def test_unit_list_shows_units_of_today_in_vietnamese_order(reader_client):
    response = reader_client.get(LIST, {"kind": "province", "per_page": 100})
    names = rows(response)
    assert len(names) == 34
    assert names[:3] == ["An Giang", "Bắc Ninh", "Cà Mau"]
    assert names.index("Cần Thơ") < names.index("Đà Nẵng") < names.index("Gia Lai")
    assert 'href="/units/bac-ninh/"' in response.content.decode()


@pytest.mark.parametrize("text", ["Bắc Giang", "bac giang", "BẮC GIANG", "tỉnh  bắc giang"])
def test_unit_list_finds_the_successor_by_the_old_name(reader_client, text):
    assert rows(reader_client.get(LIST, {"q": text})) == ["Bắc Ninh"]
    assert rows(reader_client.get(LIST, {"q": text, "status": "all"})) == ["Bắc Giang", "Bắc Ninh"]


@pytest.mark.parametrize(
    "text, found",
    [
        ("Thua Thien Hue", "Huế"),
        ("Ba Ria Vung Tau", "TP. Hồ Chí Minh"),
        ("Bà Rịa – Vũng Tàu", "TP. Hồ Chí Minh"),
        ("Hoà Bình", "Phú Thọ"),
        ("BKHĐT", "Bộ Tài chính"),
        ("bo kh&cn", "Bộ KH&CN"),
        ("TĐC", "Ủy ban TĐC"),
        ("Vụ CNN", "Vụ Khoa học kỹ thuật và công nghệ"),
        ("VN-24-2008", "Bắc Ninh"),
    ],
)
def test_unit_list_search_knows_old_names_and_symbols(reader_client, text, found):
    assert found in rows(reader_client.get(LIST, {"q": text}))


@pytest.mark.parametrize("text", ["không có đơn vị nào như thế", "%", "---"])
def test_unit_list_search_without_result(reader_client, text):
    response = reader_client.get(LIST, {"q": text})
    assert rows(response) == []
    assert "Không có dòng nào khớp bộ lọc" in response.content.decode()


def test_unit_list_region_filter_and_all_units(reader_client):
    region = OrganisationUnit.objects.get(pk="VN-24-2025").region
    names = rows(reader_client.get(LIST, {"region": region, "per_page": 200}))
    assert "Bắc Ninh" in names
    assert "Cà Mau" not in names
    assert len(rows(reader_client.get(LIST, {"status": "all", "kind": "province", "per_page": 200}))) == 97


def test_unit_list_fragment_is_the_list_region_only(reader_client):
    fragment = reader_client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert fragment.strip().startswith("<section")
    assert "<html" not in fragment


def test_unit_list_exports_what_it_shows(reader_client):
    answer = reader_client.get(LIST, {"q": "bac ninh", "status": "all", "export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Tên";"Loại";"Mã, ký hiệu"')
    today = next(line for line in lines if '"24"' in line and "Bắc Ninh" in line and '"01/07/2025"' in line)
    assert '"Bắc Giang, Bắc Ninh"' in today


@pytest.mark.parametrize("path", ["/units/", "/units/bac-ninh/"])
def test_units_need_sign_in_and_the_right(client, stranger, signed_in, path):
    assert client.get(path).status_code == 302
    assert signed_in(stranger).get(path).status_code == 403


def test_unit_page_of_an_unknown_unit_is_not_found(reader_client):
    assert reader_client.get("/units/khong-co/").status_code == 404


def test_unit_page_shows_names_and_lineage(reader_client):
    page = reader_client.get("/units/bac-ninh/").content.decode()
    for text in ("Tỉnh Bắc Ninh", "Thành phố Bắc Ninh", "19/09/2026", "20/09/2026", "Nghị quyết 39/2026/QH16"):
        assert text in page
    assert page.index('href="/units/bac-giang/"') < page.index("<svg width")
    assert "Nghị quyết 202/2025/QH15" in page
    assert "/units/bac-ninh/figures/?units=current" in page


def test_unit_page_of_an_ended_unit_leads_to_its_successor(reader_client):
    page = reader_client.get("/units/bac-giang/").content.decode()
    assert "Đơn vị này tồn tại đến 30/06/2025." in page
    assert "Nay thuộc" in page
    assert 'href="/units/bac-ninh/"' in page
    assert "/units/bac-giang/figures/?units=as-reported" in page


def test_unit_page_tells_what_carries_no_past(reader_client):
    page = reader_client.get("/units/bo-cong-an/").content.decode()
    assert "Chuyển một phần nhiệm vụ" in page
    assert "<svg width" not in page


def test_unit_page_lists_sub_units(reader_client):
    page = reader_client.get("/units/uy-ban-tdc/").content.decode()
    assert 'href="/units/ban-do-luong/"' in page
    assert 'href="/units/tong-cuc-tdc/"' in page


def test_page_of_every_shape_of_unit_answers(reader_client):
    """Of kind, days, place in the tree and in the lineage: the units of one shape differ by their names."""
    counted = {f"of_{name}": Count(name, distinct=True) for name in ("names", "successions", "origins")}
    shapes = {}
    for unit in OrganisationUnit.objects.annotate(**counted):
        days = bool(unit.valid_from), bool(unit.valid_to)
        shapes[unit.kind, *days, bool(unit.parent_id), *(getattr(unit, name) for name in counted)] = unit
    assert len(shapes) > 15
    for unit in shapes.values():
        assert reader_client.get(unit.get_absolute_url()).status_code == 200, unit


def test_unit_list_query_count_does_not_grow(reader_client):
    counts = []
    for size in (1, 3):
        _families(size)
        with CaptureQueriesContext(connection) as queries:
            reader_client.get(LIST, {"kind": "organisation", "q": "gia đình"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_unit_page_query_count_does_not_grow(reader_client):
    counts = []
    for size in (1, 3):
        unit = _families(size)
        with CaptureQueriesContext(connection) as queries:
            reader_client.get(unit.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


# --- a day of its own -------------------------------------------------------------------------------------------------

CITIES = [
    ("29/04/2026", "VN-75-2025", "Tỉnh", "Tỉnh Đồng Nai"),
    ("30/04/2026", "VN-75-2025", "Thành phố", "Thành phố Đồng Nai"),
    ("31/08/2026", "VN-22-2025", "Tỉnh", "Tỉnh Quảng Ninh"),
    ("01/09/2026", "VN-22-2025", "Thành phố", "Thành phố Quảng Ninh"),
    ("19/09/2026", "VN-24-2025", "Tỉnh", "Tỉnh Bắc Ninh"),
    ("20/09/2026", "VN-24-2025", "Thành phố", "Thành phố Bắc Ninh"),
]


@pytest.mark.parametrize("day, unit, kind, name", CITIES)
def test_changes_of_2026_show_on_the_right_days(reader_client, day, unit, kind, name):
    listed = reader_client.get(LIST, {"on": day, "kind": "province", "per_page": 100})
    [row] = [row for row in listed.context["table"].rows if row.record.pk == unit]
    assert row.get_cell("kind") == kind
    assert f"tại ngày {day}" in listed.content.decode()

    slug = OrganisationUnit.objects.get(pk=unit).slug
    page = reader_client.get(f"/units/{slug}/", {"on": day}).content.decode()
    assert f"<h1>{name}</h1>" in page
    assert f"Tên, loại và trạng thái tại ngày {day}." in page

    printed = reader_client.get("/units/print/", {"on": day}).content.decode()
    assert f"tại ngày {day}" in printed
    assert re.search(rf'data-unit="{unit}">\s*<td class="n">\d+</td>\s*<td>{name}</td>\s*<td>{kind}</td>', printed)


@pytest.mark.parametrize("day, provinces", [("30/06/2025", 63), ("01/07/2025", 34)])
def test_unit_list_and_print_form_of_a_day(reader_client, day, provinces):
    listed = reader_client.get(LIST, {"on": day, "kind": "province", "per_page": 100})
    assert len(rows(listed)) == provinces
    groups = dict(reader_client.get("/units/print/", {"on": day}).context["groups"])
    assert len(groups["Tỉnh, thành phố"]) == provinces
    names = [unit.short_name for unit in groups["Tỉnh, thành phố"]]
    assert names.index("TP. Hồ Chí Minh") < names.index("Hưng Yên")  # by its proper name


def test_export_of_a_day_has_the_names_of_the_day(reader_client):
    asked = {"kind": "province", "export": "csv"}
    lines = {}
    for day in ("29/04/2026", "30/04/2026"):
        answer = reader_client.get(LIST, asked | {"on": day})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        lines[day] = next(line for line in text.splitlines() if line.startswith('"Đồng Nai"'))
    assert lines["29/04/2026"].startswith('"Đồng Nai";"Tỉnh"')
    assert lines["30/04/2026"].startswith('"Đồng Nai";"Thành phố"')


def test_units_that_report_are_proposed(reader_client):
    everybody = reader_client.get(LIST, {"per_page": 200})
    assert reader_client.get(LIST).context["table"].paginator.count == len(rows(everybody))
    reporting = reader_client.get(LIST, {"reporting": "1", "per_page": 200})
    assert {row.record.kind for row in reporting.context["table"].rows} == set(OrganisationUnit.REPORTING_KINDS)
    assert len(rows(reporting)) < len(rows(everybody))
    assert reader_client.get("/units/print/").context["total"] == len(rows(reporting))


def test_day_that_is_none_is_told_and_shows_nothing(reader_client):
    response = reader_client.get(LIST, {"on": "31/02/2026"})
    assert rows(response) == []
    assert "Ngày không hợp lệ: đọc là ngày 31, mà tháng 2/2026 có ngày 1 đến 28" in response.content.decode()
    assert "Ngày không hợp lệ." in reader_client.get("/units/print/", {"on": "hôm qua"}).content.decode()
    assert "Tên, loại và trạng thái tại ngày" not in reader_client.get("/units/bac-ninh/?on=x").content.decode()


# --- search -----------------------------------------------------------------------------------------------------------


KNOWN_AS = [
    ("Bộ KH&CN", "Bộ KH&CN"),
    ("bo khcn", "Bộ KH&CN"),
    ("TP.HCM", "TP. Hồ Chí Minh"),
    ("tphcm", "TP. Hồ Chí Minh"),
    ("Sài Gòn", "TP. Hồ Chí Minh"),
    ("BR-VT", "TP. Hồ Chí Minh"),
    ("brvt", "TP. Hồ Chí Minh"),
    ("TCĐLCL", "Ủy ban TĐC"),
    ("Hoà Bình", "Phú Thọ"),
    ("Hòa Bình", "Phú Thọ"),
    ("hoa binh", "Phú Thọ"),
    ("Đắc Lắc", "Đắk Lắk"),
    ("TT Huế", "Huế"),
    ("TP Huế", "Huế"),
    ("TP. Hồ Chí Minh", "TP. Hồ Chí Minh"),
    ("HCMC", "TP. Hồ Chí Minh"),
    ("T.P. Hà Nội", "Hà Nội"),
    ("UBND tỉnh Hà Nam", "Ninh Bình"),
    ("Bắc Cạn", "Thái Nguyên"),
    ("Lâm \u00d0ồng", "Lâm Đồng"),
    ("KHCN", "Bộ KH&CN"),
    ("LĐTB&XH", "Bộ Nội vụ"),
    ("KHĐT", "Bộ Tài chính"),
    ("TNMT", "Bộ NN&MT"),
    ("NNPTNT", "Bộ NN&MT"),
]


def test_both_searches_know_abbreviations_and_old_names(reader_client):
    labels = unit_labels()
    for text, found in KNOWN_AS:
        assert found in rows(reader_client.get(LIST, {"q": text})), text
        assert found in [labels[pk].short_name for pk in units_found(reader_client, text)], text


@pytest.mark.parametrize("text", ["hà nam", "an giang", "quảng ninh"])
def test_a_name_in_full_finds_no_strangers(reader_client, text):
    for unit in OrganisationUnit.objects.filter(pk__in=units_found(reader_client, text)):
        names = " ".join(unit.names.values_list("name", flat=True)) + " ".join(
            link.predecessor.names.last().name for link in unit.origins.all()
        )
        assert fold(text) in fold(names), unit


def _families(count: int) -> OrganisationUnit:
    """`count` predecessors and `count` sub-units of one unit, all named alike."""
    named = {"kind": OrganisationUnit.Kind.ORGANISATION, "name__short_name": "Gia đình"}
    parent = OrganisationUnitFactory(**named)
    for _ in range(count):
        SuccessionFactory(
            predecessor=OrganisationUnitFactory(**named),
            successor=parent,
            effective_on=date(2024, 1, 1),
            relation=Succession.Relation.MERGED,
        )
        OrganisationUnitFactory(parent=parent, **named)
    return parent


def test_a_province_that_never_merged_is_told_as_going_on(reader_client):
    kept = Succession.objects.filter(relation="unchanged", share=1).exclude(predecessor__valid_to=None).first()
    page = reader_client.get(kept.predecessor.get_absolute_url()).content.decode()
    assert "Không sáp nhập, không chia tách; nay ghi ở mục" in page
    for wrong in ("Nay thuộc", "Đã kết thúc"):
        assert wrong not in page


def test_the_page_of_a_unit_leads_to_its_overdue_tasks(officer, signed_in):
    PlanTaskFactory(lead_unit_id=LAM_DONG, state="in_progress", due_on=date(2026, 1, 31))
    unit = OrganisationUnit.objects.get(pk=LAM_DONG)
    page = signed_in(officer).get(unit.get_absolute_url()).content.decode()
    [address] = re.findall(r'href="(/tasks/\?[^"]*timeliness=open_overdue)"', page)
    assert signed_in(officer).get(address.replace("&amp;", "&")).context["table"].paginator.count == 1
