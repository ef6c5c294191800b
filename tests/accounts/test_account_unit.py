"""The unit a person of several works for now: a convenience, never a right."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from apps.enterprises.selectors import reporting_unit
from apps.people.models import Membership
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG

pytestmark = pytest.mark.django_db
PATH, PAGE = "/account/unit/", "/units/"
PERMISSION = "enterprises.add_programmeevent"


@pytest.fixture
def of_two(keeper):
    """Keeper of Bắc Ninh, and since later reader in Lâm Đồng."""
    give(keeper, "reader", LAM_DONG)
    return keeper


def give(user, role: str, unit: str) -> None:
    Membership.objects.create(user=user, unit_id=unit, role=Group.objects.get(name=role), valid_from=date(2025, 8, 1))


def frame(client):
    shell = client.get(PAGE).context["shell"]
    return shell.person["unit"], shell.person["role"], [(one["id"], one["current"]) for one in shell.units]


def test_the_longest_held_unit_comes_first(of_two, signed_in):
    told = frame(signed_in(of_two))
    assert told == ("Bắc Ninh", "Cán bộ quản lý dữ liệu", [(BAC_NINH, True), (LAM_DONG, False)])


def test_choosing_another(of_two, signed_in):
    client = signed_in(of_two)
    response = client.post(PATH, {"unit": LAM_DONG}, headers={"Referer": "http://testserver/units/?q=x"})
    assert response.headers["Location"] == "/units/?q=x"
    assert frame(client) == ("Lâm Đồng", "Người tra cứu", [(BAC_NINH, False), (LAM_DONG, True)])
    page = client.get(PAGE).content.decode()
    assert 'value="VN-68-2025" aria-pressed="true"' in page


def test_a_unit_of_others_is_refused(of_two, signed_in):
    client = signed_in(of_two)
    for unit in ("VN-01-1997", "UBTDC", "", "không có"):
        assert client.post(PATH, {"unit": unit}).status_code == 403
    assert frame(client)[0] == "Bắc Ninh"


def test_a_foreign_page_is_not_gone_back_to(of_two, signed_in):
    response = signed_in(of_two).post(PATH, {"unit": LAM_DONG}, headers={"Referer": "https://evil.example/"})
    assert response.headers["Location"] == "/"


def test_a_role_that_ended_is_no_choice_any_more(of_two, signed_in):
    client = signed_in(of_two)
    client.post(PATH, {"unit": LAM_DONG})
    of_two.memberships.filter(unit_id=LAM_DONG).update(valid_to=date(2025, 9, 1))
    assert frame(client)[0] == "Bắc Ninh"


def test_a_member_of_a_merged_unit_sees_the_one_after_it(member, signed_in):
    user = member("Nguoi Bac Giang", "unit_editor", BAC_GIANG)
    assert frame(signed_in(user)) == ("Bắc Ninh", "Chuyên viên đơn vị", [(BAC_NINH, True)])


def test_new_rows_belong_to_the_chosen_unit_where_the_role_carries_the_right(of_two):
    assert reporting_unit(of_two, PERMISSION, LAM_DONG).pk == BAC_NINH, "a reader there enters nothing"
    give(of_two, "register_keeper", LAM_DONG)
    del of_two._rights
    assert reporting_unit(of_two, PERMISSION).pk == BAC_NINH
    assert reporting_unit(of_two, PERMISSION, LAM_DONG).pk == LAM_DONG


def test_the_choice_gives_no_right(of_two, signed_in):
    client = signed_in(of_two)
    client.post(PATH, {"unit": LAM_DONG})
    assert of_two.units_with(PERMISSION).ids >= {BAC_NINH}
    assert LAM_DONG not in of_two.units_with(PERMISSION)
    assert client.get("/registers/enterprises/new/").context["form"]["unit"].initial == BAC_NINH


def test_the_menu_leads_to_the_chosen_units_part_of_the_register(of_two, signed_in):
    client = signed_in(of_two)
    client.post(PATH, {"unit": LAM_DONG})
    page = client.get(PAGE).content.decode()
    assert f'href="/registers/enterprises/?unit={LAM_DONG}"' in page
    response = client.get(f"/registers/enterprises/?unit={LAM_DONG}")
    assert response.context["filter"].form.is_valid()


def test_who_works_for_one_unit_sees_the_whole_register_first(keeper, signed_in):
    assert 'href="/registers/enterprises/"' in signed_in(keeper).get(PAGE).content.decode()
