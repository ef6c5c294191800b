from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move, find, go, hold
from apps.core.reasons import needed_reason
from apps.documents.models import LegalDocument
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.targets.models import ClosingProposal, IndicatorValue, Period, PeriodClosing, RecomputeRequest
from apps.targets.published import PERIOD_CLOSED
from apps.webhooks.services import publish

_WRITERS = "targets.figures"


@transaction.atomic
def request_recompute(source: str, *, by: User | None) -> Job:
    """Say in the caller's transaction that rows of the source changed, and who does the work: that job is returned.

    Which indicators count the source only progress knows; all of it is counted anew, wherever the change was.
    """
    RecomputeRequest.objects.create(source=source)
    # No dedupe key: a twin that already counts would not see our facts. A job that finds nothing to do is cheap.
    return enqueue("progress.recompute", by=by, source=source)


def moment_of_writing() -> datetime:
    """From when on the figures that this transaction writes are known.

    A figure with an earlier moment must not appear after a period was closed as of a later one: whoever closes waits
    for all who have taken their moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [_WRITERS])
    return timezone.now()


def _await_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_WRITERS])


@transaction.atomic
def propose_closing(
    period: Period, *, as_of: datetime, document: LegalDocument, reason: str, by: User, version: int | None = None
) -> ClosingProposal:
    """Put a closing of the whole period before a leader: everything known at `as_of`, no picking of rows.

    `version` is the one the person was shown that it would become; somebody may have closed meanwhile.
    """
    [move] = find(ClosingProposal, "propose")
    _need(by, move)
    period = Period.objects.select_for_update().get(pk=period.pk)
    following = _next_version(period)
    if version is not None and version != following:
        raise ValidationError(
            _("Kỳ %(period)s vừa được chốt phiên bản %(version)s. Mở lại trang để xem số liệu mới rồi lập đề nghị."),
            code="stale",
            params={"period": period, "version": following - 1},
        )
    _check_moment(period, as_of)
    _await_writers()
    proposal = ClosingProposal(
        period=period, version=following, as_of=as_of, document=document, reason=needed_reason(reason),
    )  # fmt: skip
    go(proposal, move, by=by)
    proposal.full_clean()
    proposal.save()
    record(
        move.audit, target=proposal, by=by, reason=proposal.reason,
        after={"as_of": as_of, "document": document.number, "version": following},
    )  # fmt: skip
    _tell(proposal, move)
    return proposal


@transaction.atomic
def close_period(proposal: ClosingProposal, *, by: User) -> PeriodClosing:
    """Make what was proposed the accepted figures of the period. Another person than the one who prepared it."""
    Period.objects.select_for_update().get(pk=proposal.period_id)  # the same order as propose_closing
    proposal, move = _moving(proposal, "close", by)
    if proposal.prepared_by_id == by.pk:
        words = _("Người chốt phải khác người lập. Chuyển đề nghị cho lãnh đạo khác.")
        raise ValidationError(words, code="same_person")
    _await_writers()
    closing = PeriodClosing(
        period=proposal.period, version=_next_version(proposal.period), as_of=proposal.as_of,
        document=proposal.document, reason=proposal.reason, prepared_by=proposal.prepared_by,
        closed_by=by, closed_at=timezone.now(),
    )  # fmt: skip
    closing.full_clean()
    closing.save()
    _decide(proposal, move, "", by)
    publish(PERIOD_CLOSED, closing=closing.pk, period=closing.period.code, version=closing.version)
    return closing


@transaction.atomic
def refuse_closing(proposal: ClosingProposal, reason: str, *, by: User) -> ClosingProposal:
    """The leader does not close as proposed, and says why."""
    proposal, move = _moving(proposal, "refuse", by)
    if proposal.prepared_by_id == by.pk:
        raise ValidationError(_("Đề nghị do chính bạn lập: dùng “Rút đề nghị”."), code="same_person")
    return _decide(proposal, move, needed_reason(reason), by)


@transaction.atomic
def withdraw_closing(proposal: ClosingProposal, reason: str, *, by: User) -> ClosingProposal:
    """Those who prepare take a proposal back, to make another."""
    proposal, move = _moving(proposal, "withdraw", by)
    return _decide(proposal, move, needed_reason(reason), by)


def _need(by: User, move: Move) -> None:
    if not by.has_perm(move.permission):
        raise PermissionDenied


def _moving(proposal: ClosingProposal, verb: str, by: User) -> tuple[ClosingProposal, Move]:
    _need(by, find(ClosingProposal, verb)[0])
    rows = ClosingProposal.objects.select_for_update(of=("self",)).select_related("period")
    return hold(proposal, verb, rows)


def _decide(proposal: ClosingProposal, move: Move, reason: str, by: User) -> ClosingProposal:
    before, proposal.decided_reason = proposal.state, reason
    changed = go(proposal, move, by=by)
    proposal.full_clean()
    proposal.save(update_fields=[*changed, "decided_reason"])
    record(
        move.audit, target=proposal, by=by, reason=reason or proposal.reason,
        before={"state": before}, after={"state": proposal.state},
        as_of=proposal.as_of, document=proposal.document.number,
    )  # fmt: skip
    _tell(proposal, move)
    return proposal


def _tell(proposal: ClosingProposal, move: Move) -> None:
    """Whom it concerns hears of it."""
    enqueue("targets.tell_moved", proposal_id=proposal.pk, verb=move.verb)


def _next_version(period: Period) -> int:
    last = period.closings.last()
    return last.version + 1 if last else 1


def _check_moment(period: Period, as_of: datetime) -> None:
    """Within what is known: not in the future, not before the first figure, not before the last closing."""
    first = IndicatorValue.objects.filter(period=period).aggregate(first=Min("known_from"))["first"]
    last = period.closings.last()
    shown = {"period": period, "first": _told(first), "last": _told(last.as_of if last else None)}
    if as_of > timezone.now():
        words, code = _("Thời điểm sau hiện tại. Nhập thời điểm đã qua"), "future"
    elif first is None:
        words, code = _("Kỳ %(period)s chưa có số liệu nào nên chưa chốt được. Nhập dữ liệu của kỳ trước"), "no_figure"
    elif as_of < first:
        words = _("Kỳ %(period)s có số đầu tiên lúc %(first)s. Nhập thời điểm từ lúc đó trở đi")
        code = "before_first_figure"
    elif last and as_of <= last.as_of:
        words = _("Lần chốt trước tính đến %(last)s. Nhập thời điểm sau lúc đó")
        code = "before_last_closing"
    else:
        return
    raise ValidationError({"as_of": ValidationError(words, code=code, params=shown)})


def _told(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S %d/%m/%Y}" if moment else ""
