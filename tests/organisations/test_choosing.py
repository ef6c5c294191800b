"""Choosing a unit by any name; what a merger asks for, all at once and truthfully; one answer after a merger."""

import html
from datetime import date, timedelta

import pytest
from django import forms
from django.utils import timezone

from apps.core.templatetags.ui import vn_issue_day
from apps.organisations.fields import UnitField, unit_names
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.organisations.search import find_units
from apps.organisations.selectors import unit_labels
from apps.organisations.services.sub_units import SubUnit, add_sub_unit
from tests.organisations.acts import BAC_NINH, LAM_DONG, done, merger, unit

pytestmark = pytest.mark.django_db
CHOICES = "/units/choices/"
NEW = "/units/reorganisations/new/"


class Form(forms.Form):
    unit = UnitField(among="lasting")


def form(user, typed: str) -> Form:
    made = Form({"unit": typed})
    made.fields["unit"].offer_to(user)
    return made


def text(response) -> str:
    return html.unescape(response.content.decode())


@pytest.mark.parametrize(
    "typed", ["Bắc Ninh", "bac ninh", "Thành phố Bắc Ninh", "  BẮC   NINH ", "VN-24-2025", "Tha\u0300nh phố Bắc Ninh"]
)
def test_unit_is_chosen_by_its_name_of_today_or_its_id(central, typed):
    asked = form(central, typed)
    assert asked.is_valid(), asked.errors
    assert asked.cleaned_data["unit"].pk == BAC_NINH


@pytest.mark.parametrize(
    "typed, told",
    [
        ("Bắc", "Không có đơn vị “Bắc” trong danh sách được chọn: chọn Bắc Ninh, Cà Mau, Thái Nguyên."),
        ("Hà Giang", "chọn Tuyên Quang."),  # an old name is no choice by itself: its heir is named
        ("VN-02-2008", "chọn Tuyên Quang."),
        ("không có", "Không có đơn vị “không có” trong danh sách được chọn. Nhập một phần rồi chọn trong danh sách."),
    ],
)
def test_part_of_a_name_chooses_nothing_and_names_the_nearest(central, typed, told):
    assert told in form(central, typed).errors["unit"][0]


def test_no_two_units_are_called_alike(central):
    for parent in (BAC_NINH, LAM_DONG):
        so = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở")
        made = add_sub_unit(unit(parent), so, valid_from=date(2025, 7, 1), by=central)
        add_sub_unit(
            made, SubUnit("Chi cục Đo lường", "Chi cục ĐL", "Chi cục"), valid_from=date(2025, 7, 1), by=central
        )
    names = unit_names()
    assert len(set(names.values())) == len(names)
    assert "Sở KH&CN (Bắc Ninh)" in names.values()
    for pk, name in names.items():
        if OrganisationUnit.objects.filter(pk=pk, valid_to=None).exists():
            asked = form(central, name)
            assert asked.is_valid(), name
            assert asked.cleaned_data["unit"].pk == pk


def test_list_offers_what_may_be_chosen_with_the_reason(central_client, reader_client):
    page = text(central_client.get(CHOICES, {"among": "lasting", "q": "ha giang"}))
    assert 'data-value="Tuyên Quang" data-meant' in page
    assert "kế thừa Hà Giang" in page
    assert "đến 30/06/2025" not in page
    assert text(central_client.get(CHOICES, {"among": "lasting"})).count('role="option"') > 50
    for among in ("own", "granting"):  # nothing that this person may not change or give
        assert 'role="option"' not in text(reader_client.get(CHOICES, {"among": among, "q": "bac ninh"}))
    assert 'role="option"' not in text(central_client.get(CHOICES, {"among": "filter"}))


# --- search -----------------------------------------------------------------------------------------------------------


def test_a_hit_says_why(reader_client):
    found, labels = find_units("bac"), unit_labels()
    told = {labels[pk].full_name: hit.reason(labels[pk].short_name) for pk, hit in found.items()}
    assert told["Tỉnh Cà Mau"] == "kế thừa Bạc Liêu"
    assert told["Tỉnh Thái Nguyên"] == "kế thừa Bắc Kạn"
    assert told["Thành phố Bắc Ninh"] == told["Tỉnh Bắc Giang"] == ""
    page = text(reader_client.get("/search/", {"q": "bac"}))
    assert "kế thừa Bạc Liêu" in page


def test_a_former_name_of_the_same_unit_is_said(reader_client):
    found = find_units("Thừa Thiên Huế")
    labels = unit_labels()
    reasons = {hit.reason(labels[pk].short_name) for pk, hit in found.items()}
    assert any("Thừa Thiên" in reason for reason in reasons)


def test_search_finds_acts_by_number(reader_client):
    page = text(reader_client.get("/search/", {"q": "202/2025"}))
    assert "Nghị quyết 202/2025/QH15" in page
    assert 'href="/documents/?q=202/2025"' in page


# --- the form of a merger ---------------------------------------------------------------------------------------------


def asked(**more: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=1)
    return {
        "key": "k",
        "unit_1": BAC_NINH,
        "unit_2": LAM_DONG,
        "effective_on": f"{day:%d/%m/%Y}",
        "step": "preview",
    } | more


def errors(client, kind: str, data: dict) -> dict[str, list[str]]:
    return dict(client.post(f"{NEW}?kind={kind}", data).context["form"].errors)


def test_what_is_called_not_required_may_be_left_empty(central_client):
    """A merger under the first unit's name: its name, kind and code need not be typed again."""
    page = text(central_client.post(f"{NEW}?kind=merger", asked(document="202/2025/QH15")))
    assert "Chưa có gì được ghi." in page
    answer = central_client.post(f"{NEW}?kind=merger", asked(document="202/2025/QH15", step="confirm"))
    new = Reorganisation.objects.get(pk=answer.url.split("/")[-2]).begun.get()
    assert (new.names.get().name, new.code) == ("Thành phố Bắc Ninh", "24")


def test_errors_come_in_one_wave(central_client):
    """What the service would refuse is told beside what the form refuses, not after it is mended."""
    first = errors(central_client, "merger", asked(name_1="Thành phố Huế", code_1="79", effective_on="31/02/2027"))
    assert set(first) == {"effective_on", "document", "name_1", "code_1"}
    young = errors(
        central_client, "merger", asked(name_1="Thành phố Huế", effective_on="01/07/2025", document="996/QĐ-TTg")
    )
    assert set(young) == {"effective_on", "name_1"}
    one = {"unit_1": LAM_DONG, "unit_2": "", "name_1": "Tỉnh A", "short_name_1": "A", "share_1": "0,5", "heir": "1"}
    split = errors(central_client, "split", asked(**one))
    assert {"document", "code_1", "name_2", "code_2", "share_2"} <= set(split)


def test_fields_that_concern_other_kinds_are_not_asked(central_client):
    page = text(central_client.get(NEW, {"kind": "merger", "unit": ["BCT", "BTC"]}))
    assert 'name="code_1"' not in page
    assert 'name="parent"' not in page
    page = text(central_client.get(NEW, {"kind": "split"}))
    assert "(bắt buộc với tỉnh, thành phố)" in page


def test_kind_never_stands_twice(central_client):
    sent = asked(document="Nghị quyết 99/2026/QH16", step="confirm")
    sent |= {"document-kind": "Nghị quyết", "document-issuer": "Quốc hội"}
    answer = central_client.post(f"{NEW}?kind=merger", sent)
    page = text(central_client.get(answer.url))
    assert "Nghị quyết 99/2026/QH16" in page
    assert "Nghị quyết Nghị quyết" not in page


def test_units_of_today_are_offered_after_a_merger(central_client, central):
    new = done(merger(timezone.localdate()), central).begun.get()
    page = text(central_client.get(CHOICES, {"among": "lasting", "q": "lam dong"}))
    assert 'data-value="Bắc Lâm"' in page
    assert "kế thừa Lâm Đồng" in page
    assert 'data-value="Lâm Đồng"' not in page
    granting = text(central_client.get(CHOICES, {"among": "granting", "q": new.pk}))
    assert 'data-value="Bắc Lâm"' in granting


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day, told",
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 11, 29), "ngày 29 tháng 11 năm 2026"),
        (date(2026, 3, 10), "ngày 10 tháng 3 năm 2026"),
    ],
)
def test_day_of_issue_as_papers_write_it(day, told):
    assert vn_issue_day(day) == told


def test_paper_form_has_head_and_foot(reader_client):
    page = text(reader_client.get("/units/print/"))
    for words in ("Độc lập - Tự do - Hạnh phúc", "Nơi nhận:", "(Chức vụ của người ký)", "Số:"):
        assert words in page
