"""Demonstration accounts at the sign-in page: who they are, and how they get in."""

import base64
import hmac
import json
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

_given: dict[str, str] = {}  # the last code of each account


@dataclass(frozen=True)
class Account:
    email: str
    password: str
    totp_secret: str | None
    roles: list[str]
    unit: str

    def code(self) -> str:
        """What the authenticator application shows now (RFC 6238)."""
        secret = self.totp_secret or ""
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"


class People:
    """The accounts of one portal, from the file it wrote on its first start."""

    def __init__(self, file: Path) -> None:
        fields = ("email", "password", "totp_secret", "roles", "unit")
        self.all = [Account(**{name: entry[name] for name in fields}) for entry in json.loads(file.read_text())]

    def one(self, role: str, unit: str = "") -> Account:
        return next(person for person in self.all if role in person.roles and unit in ("", person.unit))


def give_password(page: Page, email: str, password: str) -> None:
    page.get_by_label("Thư điện tử công vụ").fill(email)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    with page.expect_navigation():  # the answer may look like the page before it
        page.get_by_role("button", name="Đăng nhập", exact=True).click()


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Mã xác thực 6 chữ số").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name="Tiếp tục").click()


def unused_code(account: Account) -> str:
    """Each code opens the door once: whoever signs in again within its half minute waits for the next."""
    while (code := account.code()) == _given.get(account.email):
        time.sleep(0.5)
    _given[account.email] = code
    return code


def sign_in(page: Page, account: Account) -> None:
    page.goto("/accounts/login/")
    give_password(page, account.email, account.password)
    if account.totp_secret:
        page.wait_for_url("**/accounts/verify/**")
        give_code(page, unused_code(account))
    page.wait_for_url(lambda url: "/accounts/" not in url)
