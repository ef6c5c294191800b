"""Who acts for an approver does so while the approver may and they themselves belong to the unit, and not for good."""

from datetime import datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.people.models import Membership
from apps.people.services.dormancy import close_dormant_accounts
from apps.people.services.memberships import LONGEST_ACTING_DAYS, end_membership, name_acting_approver
from apps.people.services.people import deactivate_person
from tests.conftest import BAC_NINH, TDC
from tests.factories.organisations import OrganisationUnitFactory
from tests.people.people import add_role, person, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(reference) -> User:
    return person("Ngô Đức Thắng", "unit_administrator", BAC_NINH)


@pytest.fixture
def editor(reference) -> User:
    return person("Nguyễn Hồng Nhung", "unit_editor", BAC_NINH)


@pytest.fixture
def approver(reference) -> User:
    return person("Trần Hữu Lộc", "unit_approver", BAC_NINH)


@pytest.fixture
def acting(approver, editor) -> Membership:
    """Since yesterday, for thirty days more."""
    row = name_acting_approver(approver.memberships.get(), editor, today(), today(30), by=approver)
    Membership.objects.filter(pk=row.pk).update(valid_from=today(-1))
    row.refresh_from_db()
    return row


def ended(row: Membership) -> list[tuple[int | None, str]]:
    """Who ended it and why, as the audit has it."""
    events = AuditEvent.objects.filter(action__in=("membership.ended", "membership.taken_back"))
    return [(event.actor_id, event.reason) for event in events if event.data["membership"] == row.pk]


def test_closing_the_approvers_account_ends_the_acting_at_once(acting, approver, editor, admin):
    ahead = name_acting_approver(approver.memberships.get(), editor, today(60), today(70), by=approver)
    deactivate_person(approver, "nghỉ hưu", by=admin)
    acting.refresh_from_db()
    assert acting.valid_to == today(-1)
    assert not Membership.objects.filter(pk=ahead.pk).exists()
    for row in (acting, ahead):
        assert ended(row) == [(admin.pk, "nghỉ hưu")]
    assert editor.memberships.get(role__name="unit_editor").valid_to is None
    assert not User.objects.get(pk=editor.pk).has_perm("people.deputise_membership")


def test_an_account_that_closes_itself_ends_the_acting_too(acting, approver, editor, admin):
    person("Phan Tuấn Kiệt", "programme_administrator", TDC)
    noon = timezone.make_aware(datetime.combine(today(-60), time(12)))
    User.objects.filter(pk=approver.pk).update(last_login=noon, date_joined=noon)
    assert close_dormant_accounts() == [approver.pk]
    acting.refresh_from_db()
    assert acting.valid_to == today(-1)
    [(actor, reason)] = ended(acting)
    assert actor is None
    assert "45 ngày" in reason


def test_nobody_is_named_for_a_closed_account(approver, editor, admin):
    deactivate_person(approver, "nghỉ hưu", by=admin)
    with pytest.raises(ValidationError) as refusal:
        name_acting_approver(approver.memberships.get(), editor, today(), today(5), by=admin)
    assert refusal.value.code == "closed"


def test_who_leaves_the_unit_acts_in_it_no_more(acting, editor, admin):
    own = editor.memberships.get(role__name="unit_editor")
    end_membership(own, today(3), by=admin, reason="chuyển việc")
    acting.refresh_from_db()
    assert acting.valid_to == today(3)
    end_membership(acting.acting_for, today(3), by=admin, reason="nghỉ hưu")  # on the day on which the acting ends too
    assert ended(acting) == [(admin.pk, "chuyển việc")]


def test_who_keeps_a_role_in_the_unit_or_below_it_goes_on_acting(acting, editor, admin):
    part = OrganisationUnitFactory(parent_id=BAC_NINH, kind="department")
    other = add_role(editor, "reader", part.pk)
    end_membership(editor.memberships.get(role__name="unit_editor"), today(3), by=admin)
    acting.refresh_from_db()
    assert acting.valid_to == today(30)
    end_membership(other, today(2), by=admin)
    acting.refresh_from_db()
    assert acting.valid_to == today(3), "as long as the longer of the two"
    assert len(ended(acting)) == 1


def test_acting_is_no_ground_for_acting(acting, editor, admin, reference):
    """Who is left with an acting role alone is nobody's deputy again."""
    second = person("Lãnh đạo thứ hai", "unit_approver", BAC_NINH)
    Membership.objects.filter(user=editor, role__name="unit_editor").update(valid_to=today(-1))
    with pytest.raises(ValidationError) as refusal:
        name_acting_approver(second.memberships.get(), editor, today(40), today(50), by=second)
    assert "deputy" in refusal.value.error_dict


@pytest.mark.parametrize(("days", "allowed"), [(LONGEST_ACTING_DAYS, True), (LONGEST_ACTING_DAYS + 1, False)])
def test_acting_lasts_six_months_at_most(approver, editor, days, allowed):
    own, last = approver.memberships.get(), today(days - 1)
    if allowed:
        assert name_acting_approver(own, editor, today(), last, by=approver).valid_to == last
        return
    with pytest.raises(ValidationError, match="sáu tháng") as refusal:
        name_acting_approver(own, editor, today(), last, by=approver)
    assert "valid_to" in refusal.value.error_dict


def test_acting_ends_with_the_deputys_own_time_in_the_unit(approver, editor):
    editor.memberships.update(valid_to=today(10))
    own = approver.memberships.get()
    with pytest.raises(ValidationError, match="không còn vai trò"):
        name_acting_approver(own, editor, today(), today(11), by=approver)
    assert name_acting_approver(own, editor, today(), today(10), by=approver)
