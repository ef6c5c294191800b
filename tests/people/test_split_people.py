"""After a split every part carries the past; the people are the business of the part that took them over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.organisations.models import Succession
from apps.people.rights import needs_second_factor, units_with
from tests.conftest import LAM_DONG, TDC
from tests.reorganisations.acts import done, split

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(member, officer) -> tuple[str, str]:
    """Lâm Đồng in two since yesterday: the one that took the members, and the other."""
    done(split(timezone.localdate() - timedelta(days=1), "0.6", "0.4"), by=officer)
    links = Succession.objects.filter(predecessor_id=LAM_DONG)
    return links.get(takes_members=True).successor_id, links.get(takes_members=False).successor_id


@pytest.fixture
def approver(member, parts):
    return member("Approver Lam Dong", "unit_approver", LAM_DONG)


def test_administrator_of_the_other_part_reaches_nobody_of_the_old_unit(member, signed_in, parts, approver):
    other = parts[1]
    admin = member("Admin of the other part", "unit_administrator", other)
    client, held = signed_in(admin), approver.memberships.get()
    day = f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}"
    moves = {
        f"/users/memberships/{held.pk}/extend/": {"valid_to": ""},
        f"/users/memberships/{held.pk}/end/": {"last_day": day},
        f"/users/memberships/{held.pk}/deputy/": {"deputy": admin.pk, "valid_from": day, "valid_to": day},
        f"/users/{approver.pk}/close/": {"reason": "Không còn làm việc"},
        f"/users/{approver.pk}/grant/": {"unit": other, "role": "reader", "valid_from": day},
    }
    for address, facts in moves.items():
        assert client.post(address, facts).status_code == 404, address
    approver.refresh_from_db()
    assert approver.is_active
    left = approver.memberships.values_list("unit", "role__name", "valid_to")
    assert list(left) == [(LAM_DONG, "unit_approver", None)]
    assert LAM_DONG not in units_with(admin, "people.change_membership").ids
    assert LAM_DONG in units_with(admin, "enterprises.view_enterprise").ids


def test_administrator_of_the_heir_looks_after_them(member, signed_in, parts, approver):
    admin = member("Admin of the heir", "unit_administrator", parts[0])
    response = signed_in(admin).post(f"/users/{approver.pk}/close/", {"reason": "Đã nghỉ hưu"})
    assert response.status_code == 302
    approver.refresh_from_db()
    assert not approver.is_active


def test_whoever_has_become_central_shows_a_second_factor(member, reference):
    """By the unit where a role counts today, not only by the one in which it was given."""
    keeper = member("Keeper Lam Dong", "register_keeper", LAM_DONG)
    assert not needs_second_factor(keeper)
    Succession.objects.create(
        predecessor_id=LAM_DONG, successor_id=TDC, effective_on=timezone.localdate(), share=1, takes_members=True,
        relation=Succession.Relation.MERGED,
    )  # fmt: skip
    assert needs_second_factor(keeper)
