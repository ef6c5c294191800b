"""What may stand as a person's address and as a person's name, asked alike by every form, service and command."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A name goes into mails to people who do not know the sender yet: it must not carry a link, an address or markup.
_NO_NAME = re.compile(
    r"[@/\\:<>{}|#=]|\bwww\.|\.(?:vn|com|net|org|info|gov|edu|io|xyz|top|site|online)\b", re.IGNORECASE
)


def require_domain(address: str) -> None:
    """`a@[127.0.0.1]` is an address to the mail's standard, and nobody's work address."""
    if "[" in address.rpartition("@")[2]:
        raise ValidationError(_("Thư điện tử phải có tên miền, ví dụ ten@donvi.gov.vn"), code="no_domain")


def require_name(name: str) -> None:
    """Letters of a name, at least one; neither an address of the network nor one of mail."""
    if _NO_NAME.search(name):
        raise ValidationError(
            _("Họ và tên không chứa địa chỉ thư, liên kết hoặc các ký hiệu @ / : < >. Nhập họ và tên của người đó."),
            code="not_a_name",
        )
    if not any(char.isalpha() for char in name):
        raise ValidationError(_("Họ và tên cần có chữ cái."), code="not_a_name")
