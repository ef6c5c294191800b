"""The dashboard begins with the unit the person works for; the page says so, and one click opens the nation."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from tests.conftest import BAC_NINH, LAM_DONG


def scope_of(client, **query) -> str | None:
    scope = client.get("/dashboard/", query).context["scope"]
    return scope.id if scope else None


@pytest.fixture
def of_two(keeper):
    """A keeper of Bắc Ninh, later of Lâm Đồng too."""
    Membership.objects.create(
        user=keeper,
        unit_id=LAM_DONG,
        role=Group.objects.get(name="register_keeper"),
        valid_from=date(2020, 1, 1),
    )
    return keeper


def test_the_unit_chosen_in_the_masthead_is_the_first_scope(of_two, signed_in):
    client = signed_in(of_two)
    assert scope_of(client) == BAC_NINH
    client.post("/account/unit/", {"unit": LAM_DONG})
    page = client.get("/dashboard/")
    assert page.context["scope"].id == LAM_DONG
    assert "Đang xem Lâm Đồng, đơn vị bạn đang làm việc." in page.content.decode()
    assert 'href="?scope="' in page.content.decode()


def test_what_the_query_says_goes_before_it(of_two, signed_in):
    client = signed_in(of_two)
    page = client.get("/dashboard/", {"scope": ""})
    assert page.context["scope"] is None
    assert "đơn vị bạn đang làm việc" not in page.content.decode()
    assert scope_of(client, scope="lam-dong") == LAM_DONG
    assert scope_of(client, scope="ha-noi") is None, "not the person's to narrow to: the nation"
    assert scope_of(client, units="as-reported") == BAC_NINH, "the other filters leave it alone"


def test_who_works_at_the_centre_begins_with_the_nation(officer, signed_in):
    page = signed_in(officer).get("/dashboard/")
    assert page.context["scope"] is None
    assert page.context["own_scope"] is None


def test_a_member_of_a_department_begins_with_its_province(member, signed_in):
    OrganisationUnit.objects.create(id="SO-BN", slug="so-bn", kind="department", parent_id=BAC_NINH, is_focal=True)
    person = member("Editor So", "unit_editor", "SO-BN")
    page = signed_in(person).get("/dashboard/")
    assert page.context["scope"].id == BAC_NINH
    assert [label.id for label in page.context["view"].scopes["provinces"]] == [BAC_NINH]


def test_a_chosen_unit_that_is_no_more_leads_to_the_one_after_it(member, signed_in):
    person = member("Keeper Bac Giang", "register_keeper", "VN-24-2008")
    assert scope_of(signed_in(person)) == BAC_NINH


def test_the_centre_narrows_to_every_unit_that_reports(officer, signed_in):
    client = signed_in(officer)
    page = client.get("/dashboard/", {"scope": "bo-cong-thuong"})
    assert page.context["scope"].id == "BCT"
    scopes = page.context["view"].scopes
    assert {kind: len(units) for kind, units in scopes.items()} == {"provinces": 34, "ministries": 22}
    text = page.content.decode()
    assert '<option value="bo-cong-thuong" selected>' in text
    assert "<b>Bộ Công Thương chưa có số liệu riêng.</b>" in text
    assert "chỉ có số thực hiện" not in text


def test_who_works_at_a_ministry_may_narrow_to_it(member, signed_in):
    client = signed_in(member("Editor BCT", "unit_editor", "BCT"))
    assert scope_of(client) is None, "of it there are no figures to begin with"
    assert scope_of(client, scope="bo-cong-thuong") == "BCT"
    assert scope_of(client, scope="ha-noi") is None
