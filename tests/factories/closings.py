"""Closed periods, by two invented people and an invented document."""

from datetime import datetime

from django.utils import timezone

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.targets.models import IndicatorValue, Period, PeriodClosing, Publication
from apps.targets.publishing import publish_closing

DOCUMENT = "215/TB-THU"


def document(number: str = DOCUMENT) -> LegalDocument:
    given = {"kind": "Thông báo", "title": "Chốt số liệu (số minh họa)", "issuer": "Ủy ban TĐC"}
    return LegalDocument.objects.get_or_create(number=number, defaults=given)[0]


def close(*years: int, as_of: datetime | None = None, reason: str = "Đã đối chiếu với sổ đăng ký") -> None:
    """The next version of each of these years, as known at that moment (now)."""
    people = [
        User.objects.get_or_create(email=f"{name}@chot.example", defaults={"full_name": name})[0]
        for name in ("nguoi-lap", "nguoi-chot")
    ]
    for period in Period.objects.filter(year__in=years):
        PeriodClosing.objects.create(
            period=period, version=period.closings.count() + 1, as_of=as_of or timezone.now(), document=document(),
            reason=reason, prepared_by=people[0], closed_by=people[1], closed_at=timezone.now(),
        )  # fmt: skip


def close_until(year: int) -> None:
    """All years of which anything is known, as a portal of some years has them."""
    known = IndicatorValue.objects.filter(period__year__lte=year)
    close(*known.order_by().values_list("period__year", flat=True).distinct())


def publish(year: int, *, by: User | None = None) -> Publication:
    """The latest closing of that year, by an invented person who may do everything."""
    told = {"full_name": "nguoi-cong-bo", "is_superuser": True}
    by = by or User.objects.get_or_create(email="nguoi-cong-bo@chot.example", defaults=told)[0]
    return publish_closing(Period.objects.get(year=year).closings.last(), document=document(), by=by)
