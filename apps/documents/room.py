"""How much of the disk the files take that units bring to be read: imports and reports. They stay, as proof of what was
in them; papers that hang on records have a measure of their own, so that many of these stop no import.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.documents.models import StoredFile

BROUGHT_QUOTA = 2 * 1024**3  # bytes of one unit, as of its papers
Brought = Callable[[str], QuerySet[Any]]
_brought: list[Brought] = []


def keep_brought(files: Brought) -> None:
    """keep_brought(lambda unit: …): keys of the stored files that the unit brought; said at start by who keeps them."""
    _brought.append(files)


def refuse_without_room(unit: str, size: int) -> None:
    """Before anything of it is kept. Two at once may both take the last room: that is one file more."""
    found = Q(pk__in=[])
    for files in _brought:
        found |= Q(pk__in=files(unit))
    used = StoredFile.objects.filter(found).aggregate(total=Sum("size"))["total"] or 0
    if used + size > BROUGHT_QUOTA:
        told = _("Đơn vị đã dùng hết %(most)d GB dành cho tệp nhập dữ liệu. Liên hệ bộ phận hỗ trợ để được thêm.")
        raise ValidationError(told % {"most": BROUGHT_QUOTA // 1024**3}, code="quota")
