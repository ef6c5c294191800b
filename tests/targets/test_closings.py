"""Closing a period: prepared by one person, closed by another, as known at a moment, by a document."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.days import parse_typed_moment
from apps.jobs.consumer import run_job
from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.progress.services import recompute
from apps.targets.models import ClosingProposal, IndicatorValue, Period, PeriodClosing
from apps.targets.services import close_period, propose_closing, refuse_closing, withdraw_closing
from tests.conftest import BAC_GIANG
from tests.factories.closings import close, document


@pytest.fixture
def period(event) -> Period:
    """2024, with one enterprise."""
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    return Period.objects.get(year=2024)


def propose(period, by, **given) -> ClosingProposal:
    values = {"as_of": timezone.now(), "document": document(), "reason": "Đã đối chiếu", **given}
    return propose_closing(period, by=by, **values)


def code_of(refusal) -> str:
    return (
        refusal.value.error_list[0].code if hasattr(refusal.value, "error_list") else _first(refusal.value.error_dict)
    )


def _first(errors) -> str:
    return next(iter(errors.values()))[0].code


def test_an_officer_prepares_and_a_leader_closes(period, officer, leader):
    moment = timezone.now()
    proposal = propose(period, officer, as_of=moment, version=1)
    assert not period.closings.exists(), "a proposal closes nothing"
    closing = close_period(proposal, by=leader)
    assert (closing.period, closing.version, closing.as_of) == (period, 1, moment)
    assert (closing.prepared_by, closing.closed_by, closing.document) == (officer, leader, document())
    assert Period.objects.get(year=2024).is_closed
    assert list(Period.objects.closed()) == [period]
    told = AuditEvent.objects.filter(action__startswith="period.").order_by("id")
    assert [(one.action, one.actor_id, one.reason) for one in told] == [
        ("period.closing_proposed", officer.pk, "Đã đối chiếu"),
        ("period.closed", leader.pk, "Đã đối chiếu"),
    ]


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (lambda: timezone.now() + timedelta(minutes=1), "future"),
        (lambda: timezone.now() - timedelta(days=1), "before_first_figure"),
    ],
)
def test_a_moment_that_knows_nothing_is_refused(period, officer, moment, code):
    with pytest.raises(ValidationError) as refusal:
        propose(period, officer, as_of=moment())
    assert code_of(refusal) == code
    assert not ClosingProposal.objects.exists()


def test_a_period_without_figures_cannot_be_closed(period, officer):
    with pytest.raises(ValidationError) as refusal:
        propose(Period.objects.get(year=2019), officer)
    assert code_of(refusal) == "no_figure"


def test_a_later_closing_is_as_of_a_later_moment(period, officer):
    moment = timezone.now()
    close(2024, as_of=moment)
    with pytest.raises(ValidationError) as refusal:
        propose(period, officer, as_of=moment)
    assert code_of(refusal) == "before_last_closing"
    assert propose(period, officer).version == 2


def test_who_may_not_prepare_or_close_does_neither(period, officer, leader, keeper):
    for person in (leader, keeper):
        with pytest.raises(PermissionDenied):
            propose(period, person)
    proposal = propose(period, officer)
    for person in (officer, keeper):
        with pytest.raises(PermissionDenied):
            close_period(proposal, by=person)
        with pytest.raises(PermissionDenied):
            refuse_closing(proposal, "Chưa đủ", by=person)
    with pytest.raises(PermissionDenied):
        withdraw_closing(proposal, "Nhầm", by=leader)
    assert not PeriodClosing.objects.exists()


def test_nobody_closes_what_they_prepared_though_they_hold_both_roles(period, member, officer):
    both = member("Both TDC", "programme_officer", "UBTDC")
    membership = both.memberships.get()
    membership.pk, membership.role = None, type(membership.role).objects.get(name="programme_leader")
    membership.save()
    for verb in (lambda one: close_period(one, by=both), lambda one: refuse_closing(one, "Chưa đủ", by=both)):
        proposal = propose(period, both)
        with pytest.raises(ValidationError) as refusal:
            verb(proposal)
        assert code_of(refusal) == "same_person"
        withdraw_closing(proposal, "Để người khác lập", by=both)
    assert close_period(propose(period, officer), by=both).closed_by == both


def test_one_proposal_waits_at_a_time(period, officer, leader):
    first = propose(period, officer)
    with pytest.raises(ValidationError, match="đang chờ chốt"):
        propose(period, officer)
    refuse_closing(first, "Còn thiếu tỉnh Lâm Đồng", by=leader)
    withdraw_closing(propose(period, officer), "Lập lại", by=officer)
    assert close_period(propose(period, officer), by=leader).version == 1


@pytest.mark.parametrize("verb", ["close", "refuse", "withdraw"])
@pytest.mark.parametrize("state", ["closed", "refused", "withdrawn"])
def test_what_is_decided_moves_no_more(period, officer, leader, verb, state):
    moves = {
        "close": lambda one: close_period(one, by=leader),
        "refuse": lambda one: refuse_closing(one, "Chưa đủ", by=leader),
        "withdraw": lambda one: withdraw_closing(one, "Nhầm", by=officer),
    }
    proposal = propose(period, officer)
    reached = next(move for move in ClosingProposal.MOVES if move.target == state)
    moves[reached.verb](proposal)
    with pytest.raises(ValidationError) as refusal:
        moves[verb](proposal)
    assert code_of(refusal) == "wrong_state"
    assert PeriodClosing.objects.count() == (state == "closed")


def test_a_proposal_for_a_version_that_has_come_meanwhile_is_stale(period, officer):
    close(2024)
    with pytest.raises(ValidationError) as refusal:
        propose(period, officer, version=1)
    assert code_of(refusal) == "stale"


@pytest.mark.parametrize("given", [{"reason": " "}, {"reason": "x" * 501}])
def test_a_reason_is_needed(period, officer, given):
    with pytest.raises(ValidationError):
        propose(period, officer, **given)


def test_the_database_keeps_closings_as_they_were_made(period, officer, leader):
    closing = close_period(propose(period, officer), by=leader)
    for change in (
        lambda: PeriodClosing.objects.update(reason="khác"),
        lambda: PeriodClosing.objects.all().delete(),
        lambda: ClosingProposal.objects.update(state="proposed", decided_by=None, decided_at=None),
        lambda: ClosingProposal.objects.all().delete(),
    ):
        with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
            change()
    waiting = propose(period, officer)
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
        ClosingProposal.objects.filter(pk=waiting.pk).update(as_of=closing.as_of)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"version": 3}, "does not follow"),
        ({"as_of": timedelta(days=-1)}, "has no figure"),
        ({"closed_at": timedelta(seconds=-1)}, "closed_as_of_the_past"),
        ({"document": None}, "closing_prepared_with_a_document"),
        ({"closed_by": "prepared_by"}, "closed_by_another_person"),
        ({"reason": ""}, "closing_with_a_reason"),
    ],
)
def test_the_database_refuses_a_closing_that_is_none(period, officer, leader, given, name):
    now = timezone.now()
    values = {
        "period": period, "version": 1, "as_of": now, "closed_at": now, "reason": "Vì", "document": document(),
        "prepared_by": officer, "closed_by": leader,
    }  # fmt: skip
    for key, change in given.items():
        values[key] = now + change if isinstance(change, timedelta) else officer if key == "closed_by" else change
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PeriodClosing.objects.create(**values)


def test_the_command_closes_by_two_people(period, officer, leader, keeper, capsys):
    document()
    asked = [
        "2024",
        "--document",
        document().number,
        "--reason",
        "Đã đối chiếu",
        "--as-of",
        f"{timezone.localdate():%d/%m/%Y}",
    ]
    call_command("close_period", *asked, "--prepared-by", officer.email, "--by", leader.email)
    assert "phiên bản 1" in capsys.readouterr().out
    for prepared_by, by in ((officer, officer), (leader, leader), (keeper, leader)):
        with pytest.raises(CommandError):
            call_command("close_period", *asked, "--prepared-by", prepared_by.email, "--by", by.email)
    with pytest.raises(CommandError, match="Không có kỳ"):
        call_command("close_period", "1999", *asked[1:], "--prepared-by", officer.email, "--by", leader.email)
    assert PeriodClosing.objects.count() == 1
    assert ClosingProposal.objects.count() == 1, "what could not be closed leaves no proposal behind"


def told(kind) -> list[tuple[int, bool]]:
    """Who was told, and for whom it is new."""
    rows = Notification.objects.filter(kind=kind).order_by("user")
    return [(one.user_id, one.read_at is None) for one in rows]


def run_tellers() -> None:
    for job in Job.objects.filter(kind="targets.tell_moved", state=Job.State.PENDING).order_by("created_at"):
        assert run_job(job.pk) == Job.State.DONE, job.error


def test_a_leader_is_told_of_what_waits_and_who_prepared_it_of_what_was_decided(period, officer, leader):
    proposal = propose(period, officer)
    run_tellers()
    assert told("targets.propose") == [(leader.pk, True)]
    refuse_closing(proposal, "Số của kỳ chưa khớp", by=leader)
    run_tellers()
    assert told("targets.propose") == [(leader.pk, False)], "it waits no more"
    [row] = Notification.objects.filter(kind="targets.refuse")
    assert (row.user_id, row.facts["reason"]) == (officer.pk, "Số của kỳ chưa khớp")
    close_period(propose(period, officer), by=leader)
    run_tellers()
    assert told("targets.propose") == [(leader.pk, False)], "closed before anybody was told"
    assert told("targets.close") == [(officer.pk, True)]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("28/02/2026", "2026-02-28T23:59:59.999999+07:00"),
        ("2026-02-28", "2026-02-28T23:59:59.999999+07:00"),
        ("28/02/2026 17:00", "2026-02-28T17:00:59.999999+07:00"),
        ("28/02/2026 17:00:30", "2026-02-28T17:00:30.999999+07:00"),
        ("2026-02-28T17:00:00+07:00", "2026-02-28T17:00:00+07:00"),
        ("2026-02-28T10:00:00Z", "2026-02-28T17:00:00+07:00"),
    ],
)
def test_a_moment_is_the_end_of_what_is_written(text, end):
    assert timezone.localtime(parse_typed_moment(text, now=timezone.now())).isoformat() == end


def test_of_a_day_that_is_not_over_the_end_is_now():
    now = timezone.now()
    assert parse_typed_moment(f"{timezone.localtime(now):%d/%m/%Y}", now=now) == now
    assert parse_typed_moment(f"{timezone.localtime(now):%d/%m/%Y %H:%M}", now=now) == now


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "31/02/2026", "28/02/2026 25:00", "0001-01-01", "9999-12-31", "28/02/2026 17"]
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValidationError):
        parse_typed_moment(text, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_whoever_closes_waits_for_figures_that_have_taken_their_moment(period, officer, leader):
    """A count that has its moment and is not yet committed would change what was closed."""
    from threading import Thread

    from apps.targets.services import moment_of_writing

    proposed = []

    def put():
        proposed.append(propose(period, officer))
        connection.close()

    with transaction.atomic():
        moment = moment_of_writing()
        IndicatorValue.objects.filter(period=period).update(known_to=moment)
        other = Thread(target=put)
        other.start()
        other.join(timeout=1)
        assert other.is_alive(), "it waits for the writer"
    other.join()
    assert proposed[0].as_of


FIGURES = "targets_indicatorvalue WHERE period_id = (SELECT id FROM targets_period WHERE year = 2024)"
COLUMNS = "indicator_id, period_id, unit_id, breakdown, basis, value, known_from, known_to"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE targets_indicatorvalue SET value = value + 1",
        "UPDATE targets_indicatorvalue SET known_from = known_from - interval '1 day'",
        "UPDATE targets_indicatorvalue SET known_to = (SELECT max(as_of) FROM targets_periodclosing)",
        f"""INSERT INTO targets_indicatorvalue ({COLUMNS})
            SELECT indicator_id, period_id, unit_id, 'other', basis, 99, known_from, NULL FROM {FIGURES}""",
        "UPDATE targets_period SET starts_on = starts_on - 1 WHERE year = 2024",
        "UPDATE targets_period SET ends_on = ends_on - 1 WHERE year = 2024",
        "DELETE FROM targets_indicatorvalue",
    ],
)
def test_nothing_before_a_closing_moves(period, change):
    close(2024)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_figure_ends_once_and_goes_on_after_the_closing(period, event):
    close(2024)
    event(date(2024, 4, 1), BAC_GIANG)
    recompute()
    ended = IndicatorValue.objects.filter(period=period, known_to__isnull=False)
    assert ended.exists()
    with pytest.raises(InternalError), transaction.atomic():
        ended.update(known_to=timezone.now())


def test_days_of_an_open_period_may_be_mended(period):
    assert Period.objects.filter(year=2024).update(ends_on=date(2024, 12, 15)) == 1
