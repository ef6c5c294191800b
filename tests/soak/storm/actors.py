"""Everybody of the demonstration at their screens, and what they call the API with."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth import SESSION_KEY
from django.test import Client

from apps.accounts.models import User
from apps.people.models import ApiToken
from apps.people.token_keys import digest_of, new_key
from program996.demo.accounts import people
from tests.accounts.clients import prove
from tests.walk.actors import all_of_it

BACKEND = "apps.people.backends.MembershipBackend"


@dataclass
class Actor:
    email: str
    role: str
    unit: str
    pk: int
    key: str = ""  # of a program's account
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    signed_in_on: date | None = None

    def __str__(self) -> str:
        return self.email

    def sign_in(self, today: date, *, anew: bool = False) -> bool:
        """Each morning anew, and whenever the portal has ended the session: who came at midnight is not there at noon.
        A closed account gets no session, and none of its old ones is good any more.
        """
        user = User.objects.get(pk=self.pk)
        if not user.is_active:
            return False
        if anew or self.signed_in_on != today or SESSION_KEY not in self.client.session:
            self.client.force_login(user, backend=BACKEND)
            prove(self.client, user)
            self.signed_in_on = today
        return True


def all_people(today: date) -> list[Actor]:
    found = []
    for person in people():
        user = User.objects.get(email=person.email)
        actor = Actor(person.email, person.role, person.unit, user.pk)
        if person.role == "service_account":
            actor.key = _key_of(user, today)
        found.append(actor)
    return found


def _key_of(user: User, today: date) -> str:
    key = new_key()
    ApiToken.objects.create(
        owner=user, label="bão", scopes=all_of_it(), digest=digest_of(key), expires_on=date(today.year + 1, 11, 30)
    )
    return key
