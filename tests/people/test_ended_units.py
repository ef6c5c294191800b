"""A unit that has ended and has no heir keeps no right alive, and nobody is given a role beyond its last day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit, Succession
from apps.people.grantors import grantors_of
from apps.people.models import Membership
from apps.people.rights import needs_second_factor, rights_of, rights_on, units_with
from apps.people.services import invitations
from apps.people.services.memberships import extend_membership, grant_membership, name_acting_approver
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit, end_sub_unit
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.people import MemberFactory
from tests.reorganisations.acts import done, merger, unit

pytestmark = pytest.mark.django_db
CHI_CUC = SubUnit("Chi cục Thử", "CC Thử", "Chi cục")


def today(plus: int = 0) -> date:
    return timezone.localdate() + timedelta(days=plus)


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def add_role(user: User, name: str, place: str, **fields) -> Membership:
    given = {"valid_from": today(-30), **fields}
    return Membership.objects.create(user=user, unit_id=place, role=role(name), **given)


@pytest.fixture
def central(member) -> User:
    return member("Quan tri", "programme_administrator", "UBTDC")


@pytest.fixture
def part(central) -> OrganisationUnit:
    return add_sub_unit(unit(LAM_DONG), CHI_CUC, valid_from=today(-50), by=central)


@pytest.fixture
def ending(part, central) -> OrganisationUnit:
    """Its last day is in ten days."""
    return end_sub_unit(part, today(10), reason="giải thể", by=central)


@pytest.mark.parametrize(("end", "allowed"), [(None, False), (11, False), (10, True)])
def test_no_role_is_given_beyond_the_last_day_of_its_unit(ending, central, end, allowed):
    person, last = MemberFactory(), None if end is None else today(end)
    if allowed:
        assert grant_membership(person, ending, role("reader"), today(), last, by=central).valid_to == today(10)
        return
    with pytest.raises(ValidationError) as refusal:
        grant_membership(person, ending, role("reader"), today(), last, by=central)
    [error] = refusal.value.error_dict["valid_to"]
    assert error.code == "unit_ends"
    assert f"{today(10):%d/%m/%Y}" in error.messages[0]
    assert not person.memberships.exists()


def test_no_role_is_lengthened_beyond_the_last_day_of_its_unit(part, central):
    held = add_role(MemberFactory(), "reader", part.pk, valid_to=today(5))
    end_sub_unit(part, today(10), reason="giải thể", by=central)
    for last in (None, today(11)):
        with pytest.raises(ValidationError) as refusal:
            extend_membership(held, last, by=central)
        assert refusal.value.error_dict["valid_to"][0].code == "unit_ends"
    assert extend_membership(held, today(10), by=central).valid_to == today(10)


def test_a_role_goes_on_where_the_members_go(central):
    """The unit ends in a merger: an open role is given before, and counts in the unit that takes the members."""
    heir = done(merger(today(1)), central).begun.get()
    person = MemberFactory()
    grant_membership(person, unit(BAC_NINH), role("register_keeper"), today(), None, by=central)
    assert rights_of(person).units == (BAC_NINH,)
    assert rights_on(person, today(1)).units == (heir.pk,)
    assert extend_membership(add_role(person, "reader", LAM_DONG, valid_to=today(9)), None, by=central)


def test_an_invitation_taken_up_late_ends_with_the_unit(part, central):
    row = invitations.invite_person("moi@example.vn", "Người Mới", part, role("reader"), today(), by=central)
    end_sub_unit(part, today(10), reason="giải thể", by=central)
    user = invitations.accept_as_new(invitations.link_token(row), "Người Mới", "con meo den ngu tren mai nha 7")
    assert user.memberships.get().valid_to == today(10)
    with pytest.raises(ValidationError) as refusal:
        invitations.invite_person("hai@example.vn", "Người Hai", part, role("reader"), today(), by=central)
    assert refusal.value.error_dict["valid_to"][0].code == "unit_ends"


def test_a_unit_that_ended_without_heir_gives_no_rights(part, central):
    """However the row came to be there: by an import, by hand, by a release before this one."""
    keeper, admin, lead = (MemberFactory(full_name=name) for name in ("Keeper", "Admin", "Lead"))
    add_role(keeper, "register_keeper", part.pk)
    add_role(admin, "unit_administrator", part.pk)
    add_role(keeper, "reader", BAC_NINH)
    approval = add_role(lead, "unit_approver", LAM_DONG)
    assert part.pk in units_with(keeper, "enterprises.change_enterprise").ids
    for last in (None, today()):  # on its last day, too
        OrganisationUnit.objects.filter(pk=part.pk).update(valid_to=last)
        assert [one.email for one in grantors_of(part.pk)] == [admin.email]
    OrganisationUnit.objects.filter(pk=part.pk).update(valid_to=today(-1))

    keeper, admin = (User.objects.get(pk=one.pk) for one in (keeper, admin))
    assert not keeper.has_perm("enterprises.change_enterprise")
    assert rights_of(keeper).units == (BAC_NINH,), "what is held elsewhere stays"
    assert rights_of(admin).units == ()
    assert not needs_second_factor(admin)
    assert admin.email not in [one.email for one in grantors_of(part.pk)]
    with pytest.raises(ValidationError) as refusal:
        name_acting_approver(approval, admin, today(), today(3), by=lead)
    assert "deputy" in refusal.value.error_dict


def test_the_heir_still_sees_what_its_ended_parts_left(part, member, reference):
    OrganisationUnit.objects.filter(pk=part.pk).update(valid_to=today(-1))
    keeper = member("Keeper Lam Dong", "register_keeper", LAM_DONG)
    assert part.pk in units_with(keeper, "enterprises.view_enterprise").ids
    old = Succession.objects.filter(successor_id=LAM_DONG).values_list("predecessor", flat=True)
    assert old
    assert set(old) <= set(units_with(keeper, "enterprises.view_enterprise").ids)


@pytest.mark.django_db(transaction=True)
def test_giving_a_role_and_ending_its_unit_at_the_same_moment(reference, member):
    central = member("Quan tri", "programme_administrator", "UBTDC")
    outlived = []
    for nth in range(6):
        facts = SubUnit(f"Chi cục {nth}", f"CC {nth}", "Chi cục")
        place = add_sub_unit(unit(LAM_DONG), facts, valid_from=today(-50), by=central)
        person, start = MemberFactory(full_name=f"Người {nth}"), Barrier(2)
        acts = [
            lambda person=person, place=place: grant_membership(
                person, place, role("reader"), today(), None, by=central
            ),
            lambda place=place: end_sub_unit(place, today(-1), reason="giải thể", by=central),
        ]

        def run(act, start=start) -> bool:
            try:
                start.wait()
                act()
            except ValidationError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(max_workers=2) as pool:
            done_both = all(pool.map(run, acts))
        outlived.append(done_both)
    assert outlived == [False] * 6
