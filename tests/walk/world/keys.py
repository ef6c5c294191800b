"""Passwords whose hash shows a canary, and a security key that the library can read."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from tests.walk.places import HEIRS, SECRET
from tests.walk.world.base import World, builder

PASSWORD = "mat-khau-rat-dai-996"
PUBLIC_KEY: dict[str, Any] = {
    "id": "d2Fsaw",
    "rawId": "d2Fsaw",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiZDJGc2F3Iiwib3JpZ2luIjoiaHR0"
        "cHM6Ly90ZXN0c2VydmVyIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ",
        "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AABBAAAAAAAAAAAAAAAAAAAAAAAAAAAABHdhbGulAQIDJiABIVggCLvpAQmIS5mQffhBAyzrnUPrlyWl"
        "nUcg0WeXwwtHK8UiWCAjhLoiEUALRGqBLbExpJH8NAKWqYgHfhLivwK-jw0dkw",
    },
}


def password_hash(world: World, kind: str, password: str = PASSWORD) -> str:
    """Cheap to make and to check; its salt must never be seen anywhere."""
    return PBKDF2PasswordHasher().encode(password, world.canary(SECRET, kind, "password"), iterations=1)


@builder
def security_keys(world: World, place: str) -> None:
    """A reader has one, though nobody asks it of readers."""
    reader = world.get("staff", place, "reader") if place not in HEIRS else None
    if reader:
        key = Authenticator(user=reader, type=Authenticator.Type.WEBAUTHN)
        key.data = {"name": world.canary(place, "securitykey", "name"), "credential": PUBLIC_KEY}
        key.save()
        world.put("securitykey", place, key)
