"""Roles come and go: deputies, ends, closed accounts, and who lets them in again."""

import random
from datetime import timedelta

from apps.accounts.models import User
from apps.people.models import Membership
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

ADMINISTRATORS = ("programme_administrator", "unit_administrator")
GRANTING = ("programme_administrator", "programme_administrator", "unit_administrator")


@step(2)
def a_deputy_is_named(storm: Storm, dice: random.Random) -> None:
    """By the approver, out of those whom the page offers."""
    actor = storm.anybody(dice, "unit_approver", "unit_administrator")
    today = storm.today
    own = Membership.objects.valid_on(today).filter(
        role__name="unit_approver", unit=actor.unit, acting_for__isnull=True
    )
    row = own.order_by("pk").first()
    if row is None:
        return
    address = f"/users/memberships/{row.pk}/deputy/"
    page = storm.doors.page(actor, address)
    offered = [one for form in page.forms for one in form.choices.get("deputy", []) if one]
    if offered:
        begins, ends = today + timedelta(days=dice.choice([0, 0, 2])), today + timedelta(days=dice.choice([2, 5, 25]))
        sent = {
            "deputy": dice.choice(offered), "valid_from": f"{begins:%d/%m/%Y}", "valid_to": f"{ends:%d/%m/%Y}",
        }  # fmt: skip
        storm.doors.post(actor, address, sent)


@step(1)
def a_deputy_is_told_to_stop(storm: Storm, dice: random.Random) -> None:
    acting = list(Membership.objects.valid_on(storm.today).filter(acting_for__isnull=False).order_by("pk"))
    if acting:
        actor = storm.anybody(dice, "unit_approver", "unit_administrator")
        sent = {"last_day": f"{storm.today:%d/%m/%Y}"}
        storm.doors.post(actor, f"/users/deputies/{dice.choice(acting).pk}/end/", sent)


@step(0.8)
def a_role_ends(storm: Storm, dice: random.Random) -> None:
    """With a day, or at once; the programme's administrator gives it again some day."""
    held = Membership.objects.valid_on(storm.today).exclude(role__name__in=ADMINISTRATORS).order_by("pk")
    keys = list(held.values_list("pk", flat=True))
    if keys:
        actor = storm.anybody(dice, *GRANTING)
        day = storm.today + timedelta(days=dice.choice([0, 3]))
        storm.doors.post(actor, f"/users/memberships/{dice.choice(keys)}/end/", {"last_day": f"{day:%d/%m/%Y}"})


@step(2)
def a_role_is_given_again(storm: Storm, dice: random.Random) -> None:
    """To somebody of the storm who has none any more."""
    held = set(Membership.objects.valid_on(storm.today).values_list("user", flat=True))
    without = [one for one in storm.people if one.pk not in held]
    if not without:
        return
    one = dice.choice(without)
    sent = {"role": one.role, "unit": storm.home(one), "valid_from": f"{storm.today:%d/%m/%Y}"}
    storm.doors.post(storm.anybody(dice, *GRANTING), f"/users/{one.pk}/grant/", sent)


@step(1)
def an_account_is_closed(storm: Storm, dice: random.Random) -> None:
    actor = storm.anybody(dice, *ADMINISTRATORS)
    one = storm.anybody(dice)
    if one.role not in ADMINISTRATORS or dice.random() < 0.2:
        storm.doors.post(actor, f"/users/{one.pk}/close/", {"reason": "Chuyển công tác"})


@step(3)
def a_closed_account_is_opened(storm: Storm, dice: random.Random) -> None:
    closed = list(User.objects.filter(is_active=False, pk__in=[one.pk for one in storm.people]).order_by("pk"))
    if closed:
        actor = storm.anybody(dice, *GRANTING)
        storm.doors.post(actor, f"/users/{dice.choice(closed).pk}/reopen/", {"reason": "Trở lại làm việc"})
