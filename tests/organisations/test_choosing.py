"""Choosing a unit by any name; one answer after a merger."""

import html
from datetime import date

import pytest
from django import forms
from django.utils import timezone

from apps.core.templatetags.ui import vn_issue_day
from apps.organisations.fields import UnitField, unit_names
from apps.organisations.models import OrganisationUnit
from apps.organisations.search import find_units
from apps.organisations.selectors import unit_labels
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit
from tests.reorganisations.acts import BAC_NINH, LAM_DONG, done, merger, unit

pytestmark = pytest.mark.django_db
CHOICES = "/units/choices/"


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
    [found] = reader_client.get("/search/", {"q": "202/2025"}).context["groups"]
    assert [hit.title for hit in found.hits] == ["Nghị quyết 202/2025/QH15"]


# --- after a merger ---------------------------------------------------------------------------------------------------


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
