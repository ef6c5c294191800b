"""Allocations that stand on an act of law."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.allocations.models import Allocation
from apps.core.templatetags.ui import vn_datetime
from apps.documents.models import LegalDocument
from apps.documents.registry import Hanging, stands_on


def _allocations(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows = Allocation.objects.visible_to(user).filter(document=document).select_related("indicator")
    for one in rows.order_by("indicator__position", "version"):
        yield Hanging(str(one), one.get_absolute_url(), vn_datetime(one.approved_at))


stands_on("allocations", _("Giao chỉ tiêu"), _allocations)
