"""Whose rows a person reaches, through which membership and for how long."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from tests.factories.people import MembershipFactory

CHANGE = "enterprises.change_enterprise"


def test_member_of_a_merged_province_reaches_its_predecessors(member_of):
    scope = units_with(member_of("VN-24-2025"), CHANGE)
    assert scope.ids == {"VN-24-2025", "VN-24-2008", "VN-27-2008"}
    assert "VN-01-2025" not in scope
    assert not scope.everything


def test_member_of_an_old_province_follows_the_succession(member_of):
    assert units_with(member_of("VN-24-2008"), CHANGE).ids == units_with(member_of("VN-24-2025"), CHANGE).ids


@pytest.mark.parametrize("office", ["UBTDC", "BDL", "TCTDC", "VDL"])
def test_member_of_the_programme_office_reaches_everything(member_of, office):
    scope = units_with(member_of(office), CHANGE)
    assert scope.everything
    assert "VN-24-2025" in scope


def test_member_of_a_ministry_reaches_its_departments_and_their_past(member_of):
    scope = units_with(member_of("BKHCN"), CHANGE)
    assert {"BKHCN", "BTTTT", "KHKTCN", "CNN", "VMI"} <= scope.ids
    assert not scope.everything


@pytest.mark.parametrize("window", [{"valid_to": date(2020, 1, 1)}, {"valid_from": date(2999, 1, 1)}])
def test_membership_out_of_its_time_gives_nothing(member_of, window):
    user = member_of("UBTDC", **window)
    assert not units_with(user, CHANGE).everything
    assert not units_with(user, CHANGE).ids
    assert not user.has_perm(CHANGE)


def test_membership_ends_at_the_end_of_its_last_day(member_of):
    today = timezone.localdate()
    assert member_of("UBTDC", valid_to=today).has_perm(CHANGE)
    assert not member_of("UBTDC", valid_to=today - timedelta(days=1)).has_perm(CHANGE)


def test_permission_that_no_role_carries_reaches_nothing(member_of):
    user = member_of("UBTDC")
    assert not units_with(user, "enterprises.delete_enterprise").everything
    assert not user.has_perm("enterprises.delete_enterprise")


def test_right_in_one_unit_is_no_right_in_another(member_of, role):
    user = member_of("VN-24-2025")
    other = MembershipFactory(user=user, unit=OrganisationUnit.objects.get(pk="VN-01-2025"), role__name="reader")
    other.role.permissions.set(role.permissions.filter(codename="view_enterprise"))
    assert "VN-01-2025" in units_with(user, "enterprises.view_enterprise")
    assert "VN-01-2025" not in units_with(user, CHANGE)


def test_inactive_and_anonymous_people_reach_nothing(member_of):
    user = member_of("UBTDC")
    user.is_active = False
    for nobody in (user, AnonymousUser()):
        assert not units_with(nobody, CHANGE).everything
        assert not units_with(nobody, CHANGE).ids
