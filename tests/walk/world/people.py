"""People of every unit: one of each role, a plain colleague, a closed account; invitations, reviews, lost factors."""

from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.utils import timezone

from apps.accounts.factors import factors_of
from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.people.models import ApiToken, Invitation, Membership, MembershipReview, Person, SavedView, SecondFactorReset
from apps.people.rights import needs_second_factor
from apps.people.roles import CENTRAL_ROLES, GRANTABLE, SERVICE_ROLE, UNIT_ROLES
from apps.people.services.invitations import link_token
from tests.walk.places import CENTRE, HEIRS, PROVINCE, SECRET
from tests.walk.world.base import World, builder, once
from tests.walk.world.keys import password_hash

SINCE = date(2019, 1, 1)


def make_user(world: World, place: str, kind: str = "person", **given: Any) -> User:
    """A verified address, a password hash that must never be seen."""
    given = {"password": password_hash(world, kind), "closed_reason": "", **given}
    user = User(**world.texts(kind, place, User, given) | given)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    world.own(user, place)
    return user


def hold(world: World, user: User, role: str, place: str, **given: Any) -> Membership:
    given = {"valid_from": SINCE, **given}
    held = Membership.objects.create(user=user, unit_id=place, role=Group.objects.get(name=role), **given)
    world.own(held, place)
    return held


def with_second_factor(user: User) -> User:
    if needs_second_factor(user):
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
        factors_of(user).mark_codes_seen()
    return user


@builder
def units(world: World, place: str) -> None:
    world.put("unit", place, OrganisationUnit.objects.get(pk=place))


@builder
def staff(world: World, place: str) -> None:
    """One person of each role. A unit that has ended is served by its heir's people."""
    if place in HEIRS:
        return
    for role in sorted((CENTRAL_ROLES | {"register_keeper"} if place == CENTRE else UNIT_ROLES) | {SERVICE_ROLE}):
        user = make_user(world, place)
        if role in GRANTABLE:  # pages of refusal name them
            world.grantors |= {user.full_name.lower(), user.email.partition("@")[0]}
        held = hold(world, user, role, place)
        world.put("staff", place, with_second_factor(user), named=role)
        world.put("staff_membership", place, held, named=role)


@builder
def colleagues(world: World, place: str) -> None:
    """Whom the unit's administrator looks after: a reader who stays, one who has left, one whose account is closed."""
    today = timezone.localdate()
    plain = make_user(world, place)
    world.put("person", place, Person(**_fields(plain)), named="active")
    world.put("membership", place, hold(world, plain, "reader", place), named="current")
    left = make_user(world, place)
    ended = hold(world, left, "reader", place, valid_to=today - timedelta(days=30))
    world.put("person", place, Person(**_fields(left)), named="left")
    world.put("membership", place, ended, named="ended")
    coming = hold(world, plain, "unit_editor", place, valid_from=today + timedelta(days=10))
    world.put("membership", place, coming, named="future")
    away = world.get("staff_membership", HEIRS.get(place, place), "unit_approver") or ended
    acting = hold(
        world, plain, "unit_approver", place,
        valid_from=today + timedelta(days=20), valid_to=today + timedelta(days=30), acting_for=away,
    )  # fmt: skip
    world.put("membership", place, acting, named="acting")
    closed = make_user(
        world, place, is_active=False, closed_at=timezone.now(),
        closed_reason=world.canary(place, "person", "closed_reason"),
    )  # fmt: skip
    hold(world, closed, "reader", place)
    world.put("person", place, Person(**_fields(closed)), named="closed")
    lost = make_user(world, place)
    fixed = hold(world, lost, "reader", place, valid_to=today + timedelta(days=60))
    world.put("membership", place, fixed, named="fixed")
    TOTP.activate(lost, generate_totp_secret())
    world.put("person", place, Person(**_fields(lost)), named="with_factor")


@builder
def sessions(world: World, place: str) -> None:
    """A reader is signed in on another machine too."""
    reader = world.get("staff", place, "reader") if place not in HEIRS else None
    if reader:
        world.make(
            "usersession",
            place,
            UserSession,
            user=reader,
            ip="192.0.2.1",
            session_key=f"{SECRET}-{world.number()}"[:40],
        )


@builder
def saved_views(world: World, place: str) -> None:
    """A reader keeps a filter for themselves."""
    reader = world.get("staff", place, "reader") if place not in HEIRS else None
    if reader:
        world.make("savedview", place, SavedView, owner=reader, page="tasks:plantask_list", query="state=draft")


@builder
def api_tokens(world: World, place: str) -> None:
    """A reader's, one in each state. What opens the API for each of those who walk is made with them (actors.py)."""
    now, today = timezone.now(), timezone.localdate()
    reader = world.get("staff", HEIRS.get(place, place), "reader") or world.get("staff", place, "auditor")
    states: dict[str, dict[str, Any]] = {
        "active": {"expires_on": today + timedelta(days=100)},
        "expired": {"expires_on": today - timedelta(days=1)},
        "revoked": {"expires_on": today + timedelta(days=100), "revoked_by": reader, "revoked_at": now},
    }
    world.values["program"] = lambda place: world.get("staff", HEIRS.get(place, place), SERVICE_ROLE).pk
    for state, given in states.items():
        given = {"revoked_reason": "" if state != "revoked" else world.canary(place, "apitoken", "reason"), **given}
        world.make(
            "apitoken", place, ApiToken, named=state, owner=reader, unit_id=place, scopes=["tasks:read"],
            networks=[], digest=f"{SECRET}-{world.number()}", issued_by=reader, **given,
        )  # fmt: skip


@builder
def invitations(world: World, place: str) -> None:
    now, by = timezone.now(), _administrator(world, place)
    moments: dict[str, dict[str, Any]] = {
        "open": {"expires_at": now + timedelta(hours=20)},
        "expired": {"expires_at": now - timedelta(hours=1)},
        "accepted": {"expires_at": now + timedelta(hours=20), "accepted_by": by, "accepted_at": now},
        "withdrawn": {"expires_at": now + timedelta(hours=20), "withdrawn_by": by, "withdrawn_at": now},
    }
    world.values["invitation_link"] = lambda place: link_token(world.get("invitation", place, "open"))
    for state, given in moments.items():
        world.make(
            "invitation", place, Invitation, named=state, unit_id=place, role=Group.objects.get(name="reader"),
            valid_from=timezone.localdate(), nonce=f"{SECRET}-{world.number()}", invited_by=by, **given,
        )  # fmt: skip


@builder
def lost_factors(world: World, place: str) -> None:
    """One waits for the second person, one is decided."""
    by = _administrator(world, place)
    person, left = world.get("person", place, "active"), world.get("person", place, "left")
    second = world.get("staff", HEIRS.get(place, place), "reader") or world.get("staff", place, "auditor")
    world.make("factorreset", place, SecondFactorReset, named="open", user_id=person.pk, requested_by=second)
    world.make(
        "factorreset", place, SecondFactorReset, named="decided", user_id=left.pk, requested_by=by,
        decided_by=second, decided_at=timezone.now(), is_approved=True,
    )  # fmt: skip


@builder
def reviews(world: World, place: str) -> None:
    world.make(
        "membershipreview", place, MembershipReview, membership=world.get("membership", place, "current"),
        half_year="2025-2", is_kept=True, reviewed_by=_administrator(world, place),
    )  # fmt: skip


@builder
def days(world: World, place: str) -> None:
    today = timezone.localdate()
    world.values["today"] = lambda place: f"{today:%d/%m/%Y}"
    world.values["next_month"] = lambda place: f"{today + timedelta(days=30):%d/%m/%Y}"
    world.values["next_week"] = lambda place: f"{today + timedelta(days=7):%d/%m/%Y}"
    world.values["login"] = lambda place: world.get("staff", PROVINCE, "by_password").email
    world.values["new_address"] = lambda place: f"walk-{world.number()}@example.vn"


def _fields(user: User) -> dict[str, Any]:
    return {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}


@once
def outsiders(world: World) -> None:
    """Without a role; with a closed account; with a password given and no second factor shown."""
    # Comes from an identity provider: without a password here.
    world.put("staff", "", make_user(world, "NOWHERE", "stranger", password="!none"), named="stranger")
    closed = make_user(world, PROVINCE)
    hold(world, closed, "register_keeper", PROVINCE)
    world.put("staff", PROVINCE, closed, named="closed")
    by_password = make_user(world, PROVINCE)
    world.put("staff", PROVINCE, by_password, named="by_password")
    half = make_user(world, PROVINCE)
    hold(world, half, "unit_administrator", PROVINCE)
    hold(world, half, "register_keeper", PROVINCE)
    world.put("staff", PROVINCE, with_second_factor(half), named="half")


def _administrator(world: World, place: str) -> Any:
    home = HEIRS.get(place, place)
    return world.get("staff", home, "unit_administrator") or world.get("staff", home, "programme_administrator")
