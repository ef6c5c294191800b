"""The form of an act: as many rows as the act has units, added and taken away one by one, with nothing typed lost."""

import html
import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.organisations.fields import unit_names
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.reorganisations.services.plans import MOST_UNITS, Plan
from apps.reorganisations.services.reorganisations import record_reorganisation
from tests.reorganisations.acts import BAC_NINH, DOCUMENT, LAM_DONG, MERGED, Kind, split

pytestmark = pytest.mark.django_db
NEW = "/units/reorganisations/new/"
ACT = {
    "key": "mot-khoa",
    "document": "99/2026/QH16",
    "document-kind": "Nghị quyết",
    "document-title": "Sắp xếp thử",
    "document-issuer": "Quốc hội",
}


def units_shown(page: str, numbers: range) -> list[str | None]:
    """The ids of the units whose names stand in the rows."""
    ids = {name: pk for pk, name in unit_names().items()}
    typed = [shown(page, f"unit_{number}") for number in numbers]
    return [ids[name] if name else name for name in typed]


@pytest.fixture
def provinces(reference) -> list[str]:
    found = OrganisationUnit.objects.filter(kind="province", valid_to=None).order_by("pk")
    return list(found.values_list("pk", flat=True))


def merging(day: date, units: list[str], **more: str) -> dict[str, str]:
    rows = {f"unit_{number}": pk for number, pk in enumerate(units, start=1)}
    new = {"name_1": MERGED.name, "short_name_1": MERGED.short_name, "kind_label_1": "Thành phố", "code_1": "97"}
    return ACT | {"effective_on": f"{day:%d/%m/%Y}"} | rows | new | more


def splitting(day: date, *shares: str, **more: str) -> dict[str, str]:
    rows = {}
    for number, share in enumerate(shares, start=1):
        rows |= {
            f"name_{number}": f"Tỉnh Lâm {number}",
            f"short_name_{number}": f"Lâm {number}",
            f"code_{number}": f"{56 + number}",
            f"share_{number}": share,
        }
    day_and_unit = {"effective_on": f"{day:%d/%m/%Y}", "unit_1": LAM_DONG, "heir": "1"}
    return ACT | day_and_unit | rows | more


def post(client: Client, kind: str, data: dict[str, str], step: str = "confirm") -> tuple[str, Reorganisation | None]:
    answer = client.post(f"{NEW}?kind={kind}", data | {"step": step})
    return html.unescape(answer.content.decode()), Reorganisation.objects.first()


def shown(page: str, name: str) -> str | None:
    """What stands in the field on the page; None where the page has no such field."""
    if found := re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', found[0])
        return chosen[1] if chosen else ""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    if found is None:
        return None
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def focused(page: str) -> list[str]:
    return re.findall(r'<(?:input|select)[^>]*name="(\w+)"[^>]*autofocus', page)


def test_six_provinces_merge(central_client, tomorrow, provinces):
    preview, none = post(central_client, "merger", merging(tomorrow, provinces[:6]), "preview")
    assert none is None
    assert units_shown(preview, range(1, 7)) == provinces[:6]
    _page, act = post(central_client, "merger", merging(tomorrow, provinces[:6]))
    assert set(act.ended.values_list("pk", flat=True)) == set(provinces[:6])
    assert act.successions.filter(successor=act.begun.get(), share=1).count() == 6


def test_province_splits_into_six_whose_shares_sum_to_one(central_client, tomorrow):
    shares = ("0,3", "0,2", "0,2", "0,1", "0,1", "0,15")
    page, none = post(central_client, "split", splitting(tomorrow, *shares))
    assert none is None
    assert "Tổng tỷ lệ kế thừa phải đúng bằng 1 (100%), hiện là 1,05." in page
    assert shown(page, "share_6") == "0,15"
    _page, act = post(central_client, "split", splitting(tomorrow, *shares[:-1], "0,1", heir="6"))
    assert sum(link.share for link in act.successions.all()) == 1
    assert act.successions.get(takes_members=True).successor.code == "62"
    assert act.begun.count() == 6


def test_form_begins_with_two_rows_and_as_many_as_one_came_with(central_client, provinces):
    page = central_client.get(NEW, {"kind": "merger"}).content.decode()
    assert (shown(page, "unit_2"), shown(page, "unit_3")) == ("", None)
    page = central_client.get(NEW, {"kind": "merger", "unit": provinces[:5]}).content.decode()
    assert units_shown(page, range(1, 7)) == [*provinces[:5], None]


def test_row_more_keeps_what_was_typed_and_takes_the_focus(central_client):
    kept = {
        "effective_on": "31/02",
        "name_1": "Thành phố B",
        "key": "k",
        "document": "1/QĐ",
        "document-issuer": "Chính phủ",
    }
    page, none = post(central_client, "merger", {"unit_1": BAC_NINH, "unit_2": "", **kept}, "more")
    assert none is None
    assert units_shown(page, range(1, 5)) == [BAC_NINH, "", "", None]
    assert {name: shown(page, name) for name in kept} == kept
    assert focused(page) == ["unit_3"]
    assert "Đang có 3 đơn vị." in page
    assert "Ngày không hợp lệ" not in page  # nothing is checked yet


def test_part_more_keeps_what_was_typed_and_who_takes_the_people(central_client, tomorrow):
    page, _none = post(central_client, "split", splitting(tomorrow, "0,5", "0,5", heir="2"), "more")
    assert (shown(page, "name_2"), shown(page, "share_2"), shown(page, "heir")) == ("Tỉnh Lâm 2", "0,5", "2")
    assert (shown(page, "name_3"), shown(page, "name_4")) == ("", None)
    assert '<option value="3">Đơn vị thứ 3</option>' in page
    assert focused(page) == ["name_3"]


def test_any_row_is_taken_away_and_the_rest_moves_up(central_client, tomorrow, provinces):
    page, _none = post(central_client, "merger", merging(tomorrow, provinces[:4]) | {"remove": "2"}, "")
    assert units_shown(page, range(1, 5)) == [provinces[0], *provinces[2:4], None]
    assert focused(page) == ["unit_2"]
    asked = splitting(tomorrow, "0,2", "0,3", "0,5", heir="3") | {"remove": "1"}
    page, _none = post(central_client, "split", asked, "")
    assert (shown(page, "name_1"), shown(page, "heir"), shown(page, "name_3")) == ("Tỉnh Lâm 2", "2", None)
    assert 'name="remove"' not in page  # two are the fewest


@pytest.mark.parametrize("which", ["9", "-1", "x", "9" * 5000, "²"])
def test_row_that_is_not_there_takes_nothing_away(central_client, tomorrow, provinces, which):
    page, _none = post(central_client, "merger", merging(tomorrow, provinces[:3]) | {"remove": which}, "")
    assert units_shown(page, range(1, 5)) == [*provinces[:3], None]


def test_rows_left_empty_count_for_nothing(central_client, tomorrow, provinces):
    gaps = [provinces[0], "", provinces[1], "", "", provinces[2]]
    _page, act = post(central_client, "merger", merging(tomorrow, gaps))
    assert set(act.ended.values_list("pk", flat=True)) == set(provinces[:3])


def test_refusal_stands_at_the_row_it_means(central_client, tomorrow):
    asked = splitting(tomorrow, "0,5", "0,3", "0,2", heir="3")
    for name in ("name", "short_name", "code", "share"):
        asked[f"{name}_2"] = ""
    answer = central_client.post(
        f"{NEW}?kind=split", asked | {"short_name_3": "Đồng Nai", "share_3": "0,5", "step": "confirm"}
    )
    errors = answer.context["form"].errors
    assert list(errors) == ["short_name_2"]  # that of another province, where it was typed
    assert shown(html.unescape(answer.content.decode()), "short_name_2") == "Đồng Nai"
    asked |= {"name_2": "Tỉnh Lâm 2"}  # begun and not finished: asked for, not passed over
    answer = central_client.post(f"{NEW}?kind=split", asked | {"step": "confirm"})
    assert {"short_name_2", "share_2"} <= set(answer.context["form"].errors)


def test_no_more_rows_than_the_most(central_client, tomorrow, provinces):
    most = merging(tomorrow, provinces[:MOST_UNITS])
    page, _none = post(central_client, "merger", merging(tomorrow, provinces[: MOST_UNITS - 1]), "more")
    assert shown(page, f"unit_{MOST_UNITS}") == ""
    assert 'value="more"' not in page
    assert "Đã đủ 20 đơn vị" in page
    page, _none = post(central_client, "merger", most, "more")
    assert shown(page, f"unit_{MOST_UNITS + 1}") is None
    over = merging(tomorrow, provinces[: MOST_UNITS + 1])
    for step in ("preview", "confirm"):
        page, act = post(central_client, "merger", over, step)
        assert act is None
        assert "ghi nhận nhiều nhất 20 đơn vị" in page
    _page, act = post(central_client, "merger", most)
    assert act.ended.count() == MOST_UNITS


def test_service_knows_the_most_too(central_client, tomorrow, provinces, member):
    units = list(OrganisationUnit.objects.filter(pk__in=provinces[: MOST_UNITS + 1]))
    shares = ["0.04"] * 25
    for plan, field in ((Plan(Kind.MERGER, units, [MERGED], tomorrow), "units"), (split(tomorrow, *shares), "results")):
        with pytest.raises(ValidationError) as refusal:
            record_reorganisation(plan, document=DOCUMENT, by=member(f"qt {field}", "programme_administrator", "UBTDC"))
        assert [error.code for error in refusal.value.error_dict[field]] == ["too_many"]


def test_enter_means_preview_and_buttons_work_without_script(central_client):
    """The first submit button of a form is what Enter presses; the others name what they want themselves."""
    page = central_client.get(NEW, {"kind": "merger"}).content.decode()
    form = page[page.index('<form class="cb"') :]
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', form[: form.index("</form>")])
    assert 'value="preview"' in buttons[0]
    more = next(button for button in buttons if 'value="more"' in button)
    assert 'name="step"' in more
    assert 'hx-select="#rows"' in more
