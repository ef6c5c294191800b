"""Who walks: each role, at home in a province and in a ministry, and those who must not come in."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from apps.accounts.models import User
from apps.people.models import ApiToken
from apps.people.roles import CENTRAL_ROLES, SERVICE_ROLE, UNIT_ROLES
from apps.people.scopes import resources
from apps.people.token_keys import digest_of, new_key
from tests.accounts.clients import session_of
from tests.walk.places import CENTRE, HOMES, MINISTRY, PROVINCE, PUBLIC, SHARED, Home
from tests.walk.world import World

UNITS = {"province": PROVINCE, "ministry": MINISTRY, "centre": CENTRE}
OUTSIDE = ("anonymous", "half", "closed")  # nobody is signed in, whatever cookie they send
STRANGER = "stranger"
ACTORS: dict[str, tuple[str, str]] = {
    **{name: (name, "") for name in (*OUTSIDE, STRANGER)},
    **{role: (role, "centre") for role in sorted(CENTRAL_ROLES)},
    "register_keeper@centre": ("register_keeper", "centre"),
    f"{SERVICE_ROLE}@centre": (SERVICE_ROLE, "centre"),
    f"{SERVICE_ROLE}@province": (SERVICE_ROLE, "province"),
    **{f"{role}@{home}": (role, home) for role in sorted(UNIT_ROLES) for home in ("province", "ministry")},
}


@dataclass
class Actor:
    name: str
    role: str
    at: str  # province, ministry, centre, or nowhere
    user: User | None
    session: str
    key: str  # a token for all of the API; empty: none
    scopeless: str  # a token for nothing that the API has
    sees: frozenset[str] | None  # labels of canaries they may see; None: all units'

    @property
    def home(self) -> Home:
        return HOMES[self.at]

    @property
    def is_outside(self) -> bool:
        return self.name in OUTSIDE


def all_actors(world: World) -> dict[str, Actor]:
    return {name: _actor(world, name, role, at) for name, (role, at) in ACTORS.items()}


def _actor(world: World, name: str, role: str, at: str) -> Actor:
    home = HOMES[at]
    sees = {PUBLIC}
    if name == STRANGER:
        sees |= {"NOWHERE"}
    elif name not in OUTSIDE:
        sees |= {home.own, home.before} | ({SHARED} if home.shared else set())
    user = None if name == "anonymous" else world.get("staff", _unit_of(name, at), role)
    session = ""
    if name == "half":
        session = _half_signed_in(user)
    elif user is not None:
        session = _signed_in(user)
    if name == "closed":
        words = world.canary(PROVINCE, "person", "closed_reason")
        User.objects.filter(pk=user.pk).update(is_active=False, closed_at=timezone.now(), closed_reason=words)
    shown = None if at == "centre" else frozenset(label.lower() for label in sees)
    keys = ["", ""] if user is None or name == "half" else [_key_of(user, all_of_it()), _key_of(user, ["none:write"])]
    return Actor(name, role, at, user, session, *keys, shown)


def all_of_it() -> list[str]:
    return [resource.scopes[-1] for resource in resources().values()]


def _key_of(user: User, scopes: list[str]) -> str:
    """Issued by an administrator, and used a moment ago: a call writes no line of it. Its clock is set ahead."""
    key, now = new_key(), timezone.now() + timedelta(hours=2)
    ApiToken.objects.create(
        owner=user, label=f"walk {user.pk}", scopes=scopes, digest=digest_of(key), last_used_at=now, refused_at=now,
        expires_on=timezone.localdate() + timedelta(days=365),
    )  # fmt: skip
    return key


def _unit_of(name: str, at: str) -> str:
    return "" if name == STRANGER else UNITS.get(at, PROVINCE)


def _signed_in(user: User) -> str:
    """Its clock is set ahead, as the walk may be long."""
    return session_of(user, ahead=7200)


def _half_signed_in(user: User) -> str:
    """As allauth keeps it between the password and the code: no user in the session."""
    from django.test import Client
    from django.urls import reverse

    from tests.walk.world.keys import PASSWORD

    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert SESSION_KEY not in client.session
    return client.session.session_key
