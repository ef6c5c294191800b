"""Publishing the figures of a closing, and taking that back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.selectors import is_illustrative
from apps.audit.services import record
from apps.core.moves import find, go, hold
from apps.core.numbers import plain_decimal
from apps.core.reasons import needed_reason
from apps.core.text import clean_text
from apps.documents.models import LegalDocument
from apps.jobs.services import enqueue
from apps.targets.models import Period, PeriodClosing, Publication, UnitStatistic
from apps.targets.publications import PUBLISH


@transaction.atomic
def publish_closing(closing: PeriodClosing, *, document: LegalDocument, note: str = "", by: User) -> Publication:
    """Let everybody read the figures of the closing. Only of the latest: an older one is what nobody stands by."""
    [move] = find(Publication, "publish")
    _need(by)
    period = Period.objects.select_for_update().get(pk=closing.period_id)  # whoever closes holds it too
    latest = period.closings.last()
    if latest is None or latest.pk != closing.pk:
        raise ValidationError(
            _("Kỳ %(period)s đã được chốt lại (phiên bản %(version)s). Công bố phiên bản mới nhất."),
            code="stale",
            params={"period": period, "version": latest.version if latest else 0},
        )
    publication = Publication(
        closing=closing, document=document, note=clean_text(note), denominators=_denominators(),
        is_illustrative=is_illustrative(),
    )  # fmt: skip
    go(publication, move, by=by)
    publication.full_clean()
    publication.save()
    record(
        move.audit, target=publication, by=by, reason=publication.note,
        after={"document": document.number, "version": closing.version}, as_of=closing.as_of,
    )  # fmt: skip
    _hand_over(publication)
    return publication


@transaction.atomic
def withdraw_publication(publication: Publication, reason: str, *, by: User) -> Publication:
    """Its figures are public no more; that they were, since when and why not longer stays in sight."""
    _need(by)
    rows = Publication.objects.select_for_update(of=("self",)).select_related("closing__period", "document")
    publication, move = hold(publication, "withdraw", rows)
    publication.withdrawn_reason = needed_reason(reason)
    changed = go(publication, move, by=by)
    publication.full_clean()
    publication.save(update_fields=[*changed, "withdrawn_reason"])
    record(
        move.audit, target=publication, by=by, reason=publication.withdrawn_reason,
        before={"document": publication.document.number, "version": publication.closing.version},
    )  # fmt: skip
    _hand_over(publication)
    return publication


def _hand_over(publication: Publication) -> None:
    """Whether there is a national system to be told is asked when the job runs."""
    enqueue("handover.prepare", dedupe_key=f"handover.prepare:{publication.pk}", publication_id=publication.pk)


def _need(by: User) -> None:
    if not by.has_perm(PUBLISH):
        raise PermissionDenied


def _denominators() -> list[list[str | int]]:
    rows = UnitStatistic.objects.filter(code=UnitStatistic.Code.ACTIVE_ENTERPRISES).order_by("unit_id", "year")
    return [[unit, year, plain_decimal(value)] for unit, year, value in rows.values_list("unit_id", "year", "value")]
