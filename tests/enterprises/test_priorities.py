"""The list of priority sectors: one for the country, kept by TĐC's officers; what it says of enterprises and MT5."""

from datetime import date

import pytest

from apps.documents.models import LegalDocument
from apps.enterprises.models import Industry, PrioritySector
from apps.progress.figures import figures
from apps.progress.services import find_differences, recompute
from apps.registers.services import withdraw_row
from apps.targets.models import Indicator, RecomputeRequest
from tests.conftest import BAC_NINH, TDC
from tests.enterprises.conftest import LIST
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.registers import PrioritySectorFactory
from tests.registers.conftest import problems, upload, write  # noqa: F401 - the way of a file is the same here

ROWS, NEW = "/registers/priority-sectors/", "/registers/priority-sectors/new/"
pytestmark = pytest.mark.django_db


def sector(**given) -> dict:
    act = LegalDocument.objects.get(number="996/QĐ-TTg")
    return {
        "act": str(act), "number": "1", "sector": "Ngành thử", "vsic_version": "2018", "vsic": "C10",
        "valid_from": "01/01/2020", "unit": "Ủy ban TĐC", "key": "k",
    } | given  # fmt: skip


def company(name: str, code: str, version: str = "2018"):
    industry = Industry.objects.get(version=version, code=code[:2] if code[0].isdigit() else code)
    return EnterpriseFactory(name=name, industry=industry, industry_code=code)


def told(**asked) -> dict[str, int]:
    found = figures(Indicator.objects.get(code="MT5"), national=True, breakdown="sector", **asked)
    return {one.breakdown.partition("=")[2]: int(one.value) for one in found if one.value}


def test_an_officer_keeps_it_and_all_read_it(signed_in, officer, keeper, central_keeper, stranger):
    client = signed_in(officer)
    sent = client.post(NEW, sector())
    row = PrioritySector.objects.get()
    assert (sent["Location"], row.vsic, row.unit_id) == (row.get_absolute_url(), "10", TDC)
    assert RecomputeRequest.objects.get().source == "enterprises.programme_event"
    for reader in (keeper, central_keeper):
        theirs = signed_in(reader)
        assert "Ngành thử" in theirs.get(ROWS).content.decode()
        page = theirs.get(row.get_absolute_url())
        assert page.status_code == 200
        assert "edit/" not in page.content.decode()
        assert theirs.get(f"{row.get_absolute_url()}edit/").status_code == 403
        assert theirs.post(NEW, sector()).status_code == 403
    assert signed_in(stranger).get(row.get_absolute_url()).status_code == 403
    changed = sector(sector="Ngành khác", reason="Sửa tên", seen=row.updated_at.isoformat())
    assert client.post(f"{row.get_absolute_url()}edit/", changed).status_code == 302
    assert "Ngành khác" in signed_in(keeper).get(f"{ROWS}?q=nganh khac").content.decode()


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"vsic": "1"}, "vsic", "Mã ngành gồm một chữ cái hoặc 2 đến 5 chữ số"),
        ({"vsic": "45", "vsic_version": "2025"}, "vsic", "Không có trong danh mục ngành"),
        ({"valid_to": "01/01/2020"}, "valid_to", "Ngày hết hiệu lực phải sau"),
        ({"number": "Mục 1"}, "number", "Chỉ gồm chữ không dấu"),
        ({"act": ""}, "act", "Chọn văn bản ban hành Danh mục"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(signed_in, officer, given, place, words):
    page = signed_in(officer).post(NEW, sector(**given))
    assert words in " ".join(page.context["form"].errors[place])


def test_rows_of_a_file(upload, write, officer):  # noqa: F811
    row = {name: value for name, value in sector().items() if name != "key"} | {"vsic_version": "Phiên bản 2018"}
    odd = [row | {"vsic": "99999"}, row | {"vsic": "C"}, row | {"vsic": "C.10"}]
    batch = upload("priority-sectors", [row, *odd, row | {"vsic": "04"}], by=officer, unit=TDC)
    told = [(number, code) for number, _column, code, _severity in problems(batch)]
    assert told == [(5, "duplicate"), (6, "unknown_vsic")]
    write(batch, officer)
    assert {*PrioritySector.objects.values_list("vsic", flat=True)} == {"10", "99999", "C"}


def test_enterprises_are_narrowed_to_a_sector_and_to_none(client):
    PrioritySectorFactory(number="1", sector="Thực phẩm", vsic="10")
    PrioritySectorFactory(number="I.2", sector="Năng lượng", vsic="D")
    PrioritySectorFactory(number="3", sector="Đã thôi", vsic="46", valid_to=date(2024, 1, 1))
    for name, code, version in (
        ("Sữa A", "1050", "2018"), ("Điện B", "35", "2018"), ("Buôn C", "46", "2018"), ("Sữa D", "10", "2025"),
    ):  # fmt: skip
        company(name, code, version)
    EnterpriseFactory(name="Không ngành E")
    page = client.get(LIST)
    choices = page.context["filter"].form.fields["priority"].choices
    [food, energy, outside] = [key for key, _name in choices]

    def names(*keys: str) -> list[str]:
        rows = client.get(LIST, {"priority": keys}).context["table"].rows
        return [row.record.name for row in rows]

    assert names(food) == ["Sữa A"]
    assert names(food, energy) == ["Điện B", "Sữa A"]
    assert names(outside) == ["Buôn C", "Không ngành E", "Sữa D"]


def test_without_a_list_nothing_is_offered(client):
    assert "priority" not in client.get(LIST).context["filter"].form.fields


def test_mt5_is_told_by_the_list_of_the_day_counted(event_of, keeper, officer):
    """The code that names a trade most closely wins; what came before the list, or after it, stands in none."""
    act = LegalDocument.objects.order_by("pk").first()
    broad = PrioritySectorFactory(act=act, number="A.1", vsic="C", valid_from=date(2020, 1, 1))
    PrioritySectorFactory(act=act, number="2", vsic="105", valid_from=date(2020, 1, 1), valid_to=date(2024, 1, 1))
    for name, code, day in (
        ("Trước", "1050", date(2019, 5, 1)), ("Sữa", "1050", date(2021, 5, 1)), ("Thịt", "1010", date(2021, 5, 1)),
        ("Sữa sau", "1050", date(2024, 5, 1)), ("Buôn", "46", date(2021, 5, 1)),
    ):  # fmt: skip
        event_of(company(name, code), "applied", day, unit="VN-24-2008")
    event_of(EnterpriseFactory(tax_code="001199000077", ownership="household"), "applied", date(2026, 1, 5))
    recompute()
    wide, milk = f"{act.pk}:A_1", f"{act.pk}:2"
    assert told(year=2026) == {"none": 3, wide: 2, milk: 1}
    assert told(year=2021) == {"none": 2, wide: 1, milk: 1}
    assert find_differences() == []
    withdraw_row(broad, "Nhầm", by=officer)
    recompute()
    assert told(year=2026) == {"none": 5, milk: 1}
    assert find_differences() == []


def test_the_breakdown_is_told_to_programs(event_of, signed_in, officer):
    event_of(company("Sữa", "1050"), "applied", date(2026, 2, 1), unit=BAC_NINH)
    row = PrioritySectorFactory(vsic="10")
    recompute()
    asked = {"unit": "VN", "period": 2026, "breakdown": f"sector={row.act_id}:1"}
    [figure] = signed_in(officer).get("/api/v1/indicators/MT5/values/", asked).json()["results"]
    assert float(figure["value"]) == 1
