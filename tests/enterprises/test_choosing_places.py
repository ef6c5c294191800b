"""Choosing a province in the register's forms: by name, today's or an old one's, among those one may write for."""

import html

import pytest

from apps.enterprises.models import Enterprise
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.enterprises.conftest import LIST
from tests.enterprises.test_changes import errors_of, facts
from tests.exchange.enterprise_files import BAC_NINH_BEFORE

pytestmark = pytest.mark.django_db
CHOICES = f"{LIST}places/"


def options(client, **query: str) -> str:
    return html.unescape(client.get(CHOICES, query).content.decode())


@pytest.mark.parametrize(
    ("typed", "unit", "day"),
    [
        ("Bắc Ninh", BAC_NINH, "01/08/2025"),
        ("bac ninh", BAC_NINH, "01/08/2025"),
        (BAC_NINH, BAC_NINH, "01/08/2025"),
        ("Bắc Giang (đến 30/06/2025)", BAC_GIANG, "01/08/2024"),
        ("bắc giang", BAC_GIANG, "01/08/2024"),
        ("Bắc Ninh (đến 30/06/2025)", BAC_NINH_BEFORE, "01/08/2024"),
    ],
)
def test_a_place_is_named_as_people_write_it(client, typed, unit, day):
    answer = client.post(f"{LIST}new/", facts(unit=typed, located_on=day))
    assert answer.status_code == 302, errors_of(answer)
    assert Enterprise.objects.get().unit_id == unit


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Bắc", "Không có địa bàn “Bắc” trong danh sách được chọn: chọn Bắc Ninh, "),
        (
            "Lâm Đồng",
            "Không có địa bàn “Lâm Đồng” trong danh sách được chọn. Nhập một phần rồi chọn trong danh sách.",
        ),  # another unit's
        ("", "Chọn tỉnh, thành phố."),
    ],
)
def test_what_names_no_place_is_refused_with_the_nearest(client, typed, told):
    assert told in errors_of(client.post(f"{LIST}new/", facts(unit=typed)))["unit"][0]


def test_the_form_holds_the_own_place_by_its_name_and_the_choices_without_script(client, enterprise):
    page = html.unescape(client.get(f"{LIST}new/").content.decode())
    assert 'name="unit" value="Bắc Ninh"' in page
    assert '<noscript><datalist id="pick-enterprises-place_choices"><option value="Bắc Ninh">' in page
    Enterprise.objects.update(unit_id=BAC_GIANG, located_on="2024-03-12")
    page = html.unescape(client.get(f"{LIST}{enterprise.pk}/edit/").content.decode())
    assert 'name="unit" value="Bắc Giang (đến 30/06/2025)"' in page


def test_the_list_offers_own_places_with_the_reason(client, signed_in, central_keeper, officer):
    every = options(client)
    assert every.count('role="option"') == 3
    assert "nay thuộc Bắc Ninh" in every
    found = options(signed_in(central_keeper), q="ha giang")
    assert 'data-value="Hà Giang (đến 30/06/2025)" data-meant' in found
    assert "nay thuộc Tuyên Quang" in found
    assert 'data-value="Tuyên Quang"' in found
    assert "kế thừa Hà Giang" in found
    assert options(signed_in(central_keeper)).count('role="option"') == 97
    assert signed_in(officer).get(CHOICES).status_code == 403
