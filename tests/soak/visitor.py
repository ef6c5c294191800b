"""A person with a browser, as far as forms go: follows redirects, keeps cookies, and tries again where asked to."""

import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import Cookie, CookieJar
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

PAUSE = 0.2
LOST = (OSError, http.client.HTTPException)  # refused, cut off, timed out


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """`patience`: for how many seconds a request is repeated while the portal does not answer, or answers 5xx."""

    def __init__(self, url: str, *, patience: float = 0, timeout: float = 30) -> None:
        self.url, self.patience, self.timeout = url, patience, timeout
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Answer:
        return self._patiently(path, None)

    def post(self, path: str, **values: Any) -> Answer:
        """A file is (its name, its bytes)."""
        return self._patiently(path, values)

    def sign_in(self, account: dict[str, Any]) -> "Visitor":
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=account["email"], password=account["password"])
        assert answer.status == 200, answer.text[:500]
        assert "/accounts/login/" not in answer.url, answer.text[:2000]
        return self

    def hold(self, session: str) -> "Visitor":
        """The key of a session, as if the person had signed in: hashing a hundred passwords takes a minute."""
        host = urlsplit(self.url).hostname or ""
        named = {"version": 0, "name": settings.SESSION_COOKIE_NAME, "value": session, "port": None, "rest": {}}
        place = {"domain": host, "path": "/", "port_specified": False, "path_specified": True}
        kept = {"domain_specified": False, "domain_initial_dot": False, "secure": False, "expires": None}
        self.cookies.set_cookie(Cookie(**named, **place, **kept, discard=True, comment=None, comment_url=None))
        return self

    @property
    def session(self) -> str:
        return next((one.value or "" for one in self.cookies if one.name == settings.SESSION_COOKIE_NAME), "")

    def show_second_factor(self, account: dict[str, Any]) -> "Visitor":
        code = format_hotp_value(hotp_value(account["totp_secret"], next(iter(yield_hotp_counters_from_time()))))
        answer = self.post("/accounts/verify/", code=code)
        assert answer.status == 200, answer.text[:500]
        assert "/accounts/verify/" not in answer.url, answer.text[:2000]
        return self

    def _patiently(self, path: str, values: dict[str, Any] | None) -> Answer:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = self._ask(path, values)
            except LOST:
                if time.monotonic() > deadline:
                    raise
            else:
                if answer.status < 500 or time.monotonic() > deadline:
                    return answer
            time.sleep(PAUSE)

    def _ask(self, path: str, values: dict[str, Any] | None) -> Answer:
        request = urllib.request.Request(self.url + path)
        if values is not None:
            sent = {name: SimpleUploadedFile(*v) if isinstance(v, tuple) else v for name, v in values.items()}
            request.data = encode_multipart(BOUNDARY, {**sent, "csrfmiddlewaretoken": self._token()})
            request.add_header("Content-Type", MULTIPART_CONTENT)
        started = time.monotonic()
        try:
            response = self.opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            body = response.read()
            return Answer(response.status, response.url, body, time.monotonic() - started)

    def _token(self) -> str:
        return next((cookie.value or "" for cookie in self.cookies if cookie.name.endswith("csrf")), "")
