"""What a password may be: long, any characters, no recipe; nothing that whoever knows the person or the portal guesses.

Named in AUTH_PASSWORD_VALIDATORS. What needs units stands in apps/people/passwords.py.
"""

import re
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.programme import programme
from apps.core.text import fold

TOO_SHORT = "password_too_short"  # in the session: nothing goes on before a longer one, or a second factor
LONGEST = 128
WITH_FACTOR, ALONE = 12, 15
# Of a person's address these say nothing about the person.
EVERYBODYS = frozenset({"gov", "com", "org", "net", "edu", "info", "mail", "gmail"})


class LengthValidator:
    """Twelve characters where a second factor stands beside the password, fifteen where it stands alone."""

    def has_factor(self, user: User | None) -> bool:
        return bool(user and user.pk) and Authenticator.objects.filter(user=user).exists()

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                _("Mật khẩu dài nhất %(most)d ký tự. Bỏ bớt %(over)d ký tự."),
                code="password_too_long",
                params={"most": LONGEST, "over": len(password) - LONGEST},
            )
        least = WITH_FACTOR if self.has_factor(user) else ALONE
        if len(password) < least:
            raise ValidationError(
                _("Mật khẩu cần ít nhất %(least)d ký tự, còn thiếu %(short)d. Thêm một vài từ cho thành câu."),
                code="password_too_short",
                params={"least": least, "short": least - len(password)},
            )

    def get_help_text(self) -> str:
        return _("Ít nhất %(with)d ký tự nếu đăng nhập có mã xác thực, %(alone)d ký tự nếu không.") % {
            "with": WITH_FACTOR,
            "alone": ALONE,
        }


class GuessableValidator(CommonPasswordValidator):
    """Not among the twenty thousand commonest, nor one of them, or a few letters, again and again."""

    def validate(self, password: str, user: User | None = None) -> None:
        text = password.lower().strip()
        piece = text[: (text + text).find(text, 1)]  # «abcabc» is «abc» again and again
        if text in self.passwords or piece in self.passwords or len(piece) < 5:
            raise ValidationError(
                _("Mật khẩu này được nhiều người dùng nên dễ đoán. Chọn một câu của riêng bạn."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Không phải mật khẩu được nhiều người dùng.")


class OwnWordsValidator:
    """Without the programme's number, the agency's abbreviation, the person's name or address, accented or not."""

    def validate(self, password: str, user: User | None = None) -> None:
        folded = fold(password)
        for word in programme().not_in_passwords:
            if word in folded:
                raise refusal(word.upper())
        words = [*name_words(user.full_name), *email_words(user.email)] if user else []
        refuse_words(password, words)

    def get_help_text(self) -> str:
        return _("Không chứa tên, thư điện tử của bạn, tên hay chữ viết tắt của đơn vị, “996” hoặc “TĐC”.")


def name_words(name: str) -> list[str]:
    parts = name.split()
    return [name, " ".join(parts[-2:]), *(part for part in parts if len(part) > 3)]


def email_words(email: str) -> list[str]:
    local, _at, domain = email.partition("@")
    parts = [part for part in re.split(r"[\W_]+", local) if len(part) > 4]
    labels = [label for label in domain.split(".") if len(label) > 2 and label not in EVERYBODYS]
    return [local, *parts, *labels]


def refuse_words(password: str, words: Iterable[str]) -> None:
    """Refuse a password with one of the words in it, however it is accented, spaced or joined.

    Three letters count only as a word of their own: people of Huế need not do without «thuê nhà».
    """
    folded = fold(password)
    joined = _letters(folded)
    for word in words:
        bare = _letters(fold(word))
        if len(bare) < 3:
            continue
        found = bare in joined if len(bare) > 3 else re.search(rf"(?<![a-z]){re.escape(bare)}(?![a-z])", folded)
        if found:
            raise refusal(word)


def refusal(word: str) -> ValidationError:
    return ValidationError(
        _("Mật khẩu có “%(word)s” nên dễ đoán. Bỏ phần đó."),
        code="password_has_own_word",
        params={"word": word},
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
