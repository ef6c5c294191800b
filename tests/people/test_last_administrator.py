"""Somebody always runs the programme's accounts: the last one goes neither by a colleague nor by the clock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.people.models import Membership
from apps.people.services import dormancy
from apps.people.services.memberships import end_membership
from apps.people.services.people import deactivate_person
from tests.conftest import BAC_NINH, TDC

pytestmark = pytest.mark.django_db


def today(plus: int = 0) -> date:
    return timezone.localdate() + timedelta(days=plus)


@pytest.fixture
def pair(member) -> tuple[User, User]:
    return member("Mot", "programme_administrator", TDC), member("Hai", "programme_administrator", TDC)


def administrators() -> int:
    return Membership.objects.of_programme_administrators().filter(user__is_active=True).count()


def at_once(*acts: Callable[[], Any]) -> list[type | None]:
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> type | None:
        try:
            start.wait()
            act()
        except (ValidationError, PermissionDenied) as refusal:
            return type(refusal)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_of_two_may_go(pair):
    first, second = pair
    end_membership(second.memberships.get(), today(-1), by=first)
    assert administrators() == 1


def test_the_last_one_is_not_ended_by_whoever_leaves_first(pair):
    """The second one's own role ends today: after that nobody would be left."""
    first, second = pair
    second.memberships.update(valid_to=today())
    with pytest.raises(ValidationError) as refusal:
        end_membership(first.memberships.get(), today(), by=second)
    assert refusal.value.code == "last_administrator"
    assert "cuối cùng" in refusal.value.messages[0]
    assert first.memberships.get().valid_to is None


def test_a_closed_account_administers_nothing(pair, member):
    first, second = pair
    third = member("Ba", "programme_administrator", TDC)
    deactivate_person(third, "nghỉ hưu", by=first)
    User.objects.filter(pk=first.pk).update(is_active=False, closed_at=timezone.now(), closed_reason="nghỉ hưu")
    for act in (
        lambda: end_membership(second.memberships.get(), today(-1), by=first),
        lambda: deactivate_person(second, "nghỉ hưu", by=first),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == "last_administrator"
    assert administrators() == 1


def test_ordinary_people_go_as_before(pair, member):
    reader = member("Doc", "reader", TDC)
    end_membership(reader.memberships.get(), today(), by=pair[0])
    assert not deactivate_person(reader, "nghỉ hưu", by=pair[0]).is_active
    User.objects.filter(pk__in=[one.pk for one in pair]).update(
        is_active=False, closed_at=timezone.now(), closed_reason="nghỉ"
    )
    keeper, other = member("Quan", "unit_administrator", BAC_NINH), member("Xem", "reader", BAC_NINH)
    assert not deactivate_person(other, "nghỉ hưu", by=keeper).is_active  # nobody has gone who ran the programme


@pytest.mark.django_db(transaction=True)
def test_two_who_end_each_other_leave_one(pair):
    first, second = pair
    one, other = first.memberships.get(), second.memberships.get()
    answers = at_once(
        lambda: end_membership(one, today(-1), by=second), lambda: end_membership(other, today(-1), by=first)
    )
    assert answers.count(None) == 1
    assert administrators() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_close_each_other_leave_one(pair):
    first, second = pair
    answers = at_once(
        lambda: deactivate_person(second, "nghỉ", by=first), lambda: deactivate_person(first, "nghỉ", by=second)
    )
    assert answers.count(None) == 1
    assert administrators() == 1


@pytest.mark.django_db(transaction=True)
def test_the_clock_and_a_colleague_leave_one(pair):
    """Dormant accounts close while the one that is in use is being closed by the dormant one's owner."""
    first, second = pair
    long_ago = timezone.now() - timedelta(days=90)
    User.objects.filter(pk=first.pk).update(last_login=long_ago, date_joined=long_ago)
    User.objects.filter(pk=second.pk).update(last_login=timezone.now())
    at_once(dormancy.close_dormant_accounts, lambda: deactivate_person(second, "nghỉ", by=first))
    assert administrators() == 1
