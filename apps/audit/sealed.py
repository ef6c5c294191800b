"""What people are told of the audit's seals: the newest one, the last check, and the state of one day."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.audit.models import AuditArchive, AuditCheck, AuditSeal
from apps.audit.sealing import day_of


@dataclass(frozen=True)
class Proof:
    head: AuditSeal | None
    check: AuditCheck | None
    away: list[AuditArchive]  # years that lie in archives


def proof() -> Proof:
    return Proof(AuditSeal.objects.last(), AuditCheck.objects.first(), list(AuditArchive.objects.away()))


class SealedDays:
    """Of each row of a download how it stands with its day. Read once for all rows: a seal is one short line a day."""

    @cached_property
    def _seals(self) -> dict[str, str]:
        return {f"{day:%d/%m/%Y}": mark for day, mark in AuditSeal.objects.values_list("day", "hash")}

    @cached_property
    def _wrong(self) -> set[str]:
        check = AuditCheck.objects.first()
        return {finding["day"] for finding in check.findings} if check else set()

    def state_of(self, at: datetime) -> str:
        day = f"{day_of(at):%d/%m/%Y}"
        if day in self._wrong:
            return _("Không khớp niêm phong ở lần kiểm tra gần nhất")
        return _("Đã niêm phong: %(hash)s") % {"hash": self._seals[day]} if day in self._seals else _("Chưa niêm phong")
