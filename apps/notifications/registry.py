"""Which function writes a mail of which kind. Filled by `@mail` in every app's mails.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Mail:
    """One mail to one person: the subject says the matter and its deadline, the template one fact and one request."""

    to: str
    subject: str  # «Lời mời tham gia Cổng – hạn 22/11/2026»; the programme's name is put before it
    template: str  # extends emails/base.txt
    greeting: str  # the person addressed, after «Ông/Bà»
    link: str
    context: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A line break in a header would begin another header."""
        for text in (self.to, self.subject):
            if not text.strip() or any(ord(char) < 32 or ord(char) == 127 for char in text):
                raise ValidationError(_("Đầu thư có ký tự không hợp lệ."), code="bad_header")
        if len(self.subject) > LONGEST_SUBJECT:
            raise ValidationError(_("Tiêu đề thư quá dài."), code="bad_header")

    @property
    def full_subject(self) -> str:
        return f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{self.subject}"

    @property
    def body(self) -> str:
        known = {"greeting": self.greeting, "link": self.link}
        return render_to_string(self.template, {**self.context, **known}).strip() + "\n"


Composer = Callable[..., Mail | None]
_composers: dict[str, Composer] = {}


def mail(kind: str) -> Callable[[Composer], Composer]:
    """Make the function the writer of mails of this kind.

    It runs in the worker at the moment the mail goes out, gets the ids by name and may run twice. It makes whatever
    link or token the mail carries there and then, so that none ever lies in the job table. None: nothing to send any
    more (the invitation was withdrawn, the account closed).
    """

    def register(function: Composer) -> Composer:
        known = _composers.get(kind)
        if known and known.__module__ != function.__module__:
            raise ValueError(f"two writers of {kind}: {known.__module__}, {function.__module__}")
        _composers[kind] = function
        return function

    return register


def composer_of(kind: str) -> Composer:
    try:
        return _composers[kind]
    except KeyError:
        raise LookupError(f"no writer of mails of kind {kind!r}") from None


def absolute_url(viewname: str, *args: Any) -> str:
    """The address of a page as it stands in a mail: a worker has no request to take the host from."""
    return settings.SITE_URL + reverse(viewname, args=args)
