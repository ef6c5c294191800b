"""The life of every model with a state: rows in each of its states, made through the services; a door for each verb.

A life is a generator: it yields its row wherever something about it could be tried, and goes on from there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from apps.allocations.models import Allocation
from apps.exchange import services as imports
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.selectors import suggested
from apps.feedback.models import Feedback
from apps.handover.models import Handover
from apps.jobs import claims, consumer
from apps.jobs.models import Job
from apps.jobs.relay import sweep
from apps.jobs.services import enqueue, retry_job, run_job
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.people.models import ApiToken, Invitation, Membership, Person, SecondFactorReset
from apps.people.services import invitations, people
from apps.people.services.dormancy import close_dormant_accounts
from apps.people.services.factor_resets import decide_factor_reset, request_factor_reset
from apps.people.services.tokens import Wanted, issue_token, revoke_token
from apps.progress.services import recompute
from apps.publications.models import ReportBook
from apps.reorganisations.services.reorganisations import withdraw_reorganisation
from apps.reports.models import AnnualReport, ReportingRound
from apps.targets import publishing
from apps.targets import services as closings
from apps.targets.models import ClosingProposal, Period, PeriodClosing, Publication
from apps.tasks.models import Extension, PlanTask, TaskList
from apps.webhooks.models import Delivery, Subscription
from tests.allocations.lives import of_allocations
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import as_file, done
from tests.factories.closings import close, document
from tests.feedback.lives import of_feedback
from tests.handover.lives import of_handovers
from tests.jobs.handlers import KIND
from tests.people.people import person, today
from tests.publications.lives import of_books
from tests.reorganisations import acts
from tests.reports.lives import of_reports, of_rounds
from tests.tasks.lives import of_extensions, of_task_lists, of_tasks
from tests.webhooks.lives import of_deliveries, of_subscriptions

Door = Callable[[Any], Any]
PASSWORD = "con meo den ngu tren mai nha 7"


@dataclass(frozen=True)
class Life:
    model: type[models.Model]
    rows: Iterator[Any]
    doors: dict[str, Door | list[Door]]  # several: what a verb's outcome hangs on besides the row
    by: dict[str, Any]  # verb → who presses, None: whoever; "" for the rest
    tables: tuple[type[models.Model], ...]  # where a refused verb must leave everything as it is
    code: dict[str, str] = field(default_factory=dict)  # verbs that refuse with another code than the guard's


# --- imports ----------------------------------------------------------------------------------------------------------


def of_imports(fixture: Callable[[str], Any]) -> Life:
    keeper = fixture("keeper")
    doors: dict[str, Door | list[Door]] = {
        "check": lambda batch: imports.check(batch.pk),
        "set_columns": lambda batch: imports.set_columns(batch, _columns(batch), by=keeper),
        "mend_cell": lambda batch: imports.mend_cell(batch, 3, "Giai đoạn", "Đang áp dụng", by=keeper),
        "apply_suggestions": lambda batch: imports.apply_suggestions(batch, _pairs(batch), by=keeper),
        "accept_warnings": lambda batch: imports.accept_warnings(batch, "Đúng như giấy đăng ký", by=keeper),
        "drop_row": lambda batch: imports.drop_row(batch, 3, by=keeper),
        "drop_rest": lambda batch: imports.drop_rest(batch, by=keeper),
        "restore_row": lambda batch: imports.restore_row(batch, 9, by=keeper),
        "cancel": lambda batch: imports.cancel(batch, by=keeper),
        "retry": lambda batch: imports.retry(batch, by=keeper),
        "request_write": lambda batch: imports.request_write(batch, by=keeper),
        "write": [lambda batch: imports.write(batch.pk), without_right(lambda batch: imports.write(batch.pk))],
        "request_undo": lambda batch: imports.request_undo(batch, "Nhầm tệp", by=keeper),
        "undo": [lambda batch: imports.undo(batch.pk), without_right(lambda batch: imports.undo(batch.pk))],
    }
    return Life(ImportBatch, _imports(keeper), doors, {"": keeper}, (ImportBatch, StagedRow, RowProblem, Job))


def _imports(keeper: Any) -> Iterator[ImportBatch]:
    batch = _sent(keeper, files.workbook(files.odd_rows()))
    yield batch
    yield from _with_a_failed_job(batch)
    done(batch)
    imports.drop_row(batch, 9, by=keeper)
    yield batch
    batch = imports.request_write(batch, by=keeper)
    yield batch
    yield from _with_a_failed_job(batch)
    done(batch)
    yield batch
    yield from _with_a_failed_job(batch)  # the recount
    yield from _changed(batch, written_at=timezone.now() - timedelta(days=8))
    batch = imports.request_undo(batch, "Nhầm tệp", by=keeper)
    yield batch
    yield from _with_a_failed_job(batch)
    done(batch)
    yield batch
    yield from _with_a_failed_job(batch)
    bad = _sent(keeper, files.workbook(files.rows(1), ["Cột 1"]))
    yield bad
    yield done(bad)
    asking = _sent(keeper, files.workbook(files.rows(1, prefix="25"), [*files.HEADER[:8], "Mốc", "Ghi chú"]))
    yield done(asking)
    stuck = imports.request_write(done(_sent(keeper, files.workbook(files.rows(2, prefix="24")))), by=keeper)
    _fail(stuck)
    imports.cancel(stuck, by=keeper)
    yield stuck


def _sent(keeper: Any, content: bytes) -> ImportBatch:
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    return imports.upload("enterprises", unit, as_file(content), by=keeper)[0]


def _columns(batch: ImportBatch) -> dict[str, str]:
    columns = batch.layout.get("columns", [])
    return {one["name"]: "occurred_on" if one["text"] == "Mốc" else one["key"] for one in columns}


def _pairs(batch: ImportBatch) -> set[str]:
    return {pair.key for pair in suggested(batch)} or {"none"}


def _fail(batch: ImportBatch) -> None:
    batch.refresh_from_db()
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.FAILED, finished_at=timezone.now(), error="Lỗi.")


def _with_a_failed_job(batch: ImportBatch) -> Iterator[ImportBatch]:
    _fail(batch)
    yield batch
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.PENDING, finished_at=None, error="")


def _changed(row: Any, **fields: Any) -> Iterator[Any]:
    """As it would be under other circumstances; then as it was."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    before = rows.values(*fields).get()
    rows.update(**fields)
    yield row
    rows.update(**before)


def without_right(door: Door) -> Door:
    def act(row: Any) -> None:
        Membership.objects.update(valid_to=today(-1))
        door(row)

    return act


# --- closings ---------------------------------------------------------------------------------------------------------


def of_proposals(fixture: Callable[[str], Any]) -> Life:
    officer, leader = fixture("officer"), fixture("leader")
    fixture("event")(date(2024, 3, 1), BAC_GIANG)
    recompute()
    doors: dict[str, Door | list[Door]] = {
        "close": lambda one: closings.close_period(one, by=leader),
        "refuse": lambda one: closings.refuse_closing(one, "Còn thiếu hồ sơ", by=leader),
        "withdraw": lambda one: closings.withdraw_closing(one, "Nhập nhầm", by=officer),
    }
    rows = _proposals(officer, list(doors.values()))
    return Life(ClosingProposal, rows, doors, {"": leader, "withdraw": officer}, (ClosingProposal, PeriodClosing))


def _proposals(officer: Any, ends: list[Any]) -> Iterator[ClosingProposal]:
    period = Period.objects.get(year=2024)
    for end in ends:
        proposal = closings.propose_closing(
            period, as_of=timezone.now(), document=document(), reason="Đã đối chiếu", by=officer
        )
        yield proposal
        end(proposal)
        yield proposal


def of_publications(fixture: Callable[[str], Any]) -> Life:
    leader = fixture("leader")
    fixture("event")(date(2024, 3, 1), BAC_GIANG)
    recompute()
    close(2024)
    doors: dict[str, Door | list[Door]] = {
        "withdraw": lambda one: publishing.withdraw_publication(one, "Sai số liệu", by=leader)
    }
    return Life(Publication, _publications(leader, doors["withdraw"]), doors, {"": leader}, (Publication,))


def _publications(leader: Any, withdraw: Any) -> Iterator[Publication]:
    publication = publishing.publish_closing(PeriodClosing.objects.get(), document=document(), by=leader)
    yield publication
    withdraw(publication)
    yield publication


# --- jobs -------------------------------------------------------------------------------------------------------------


def of_jobs(fixture: Callable[[str], Any]) -> Life:
    central = fixture("central")
    doors: dict[str, Door | list[Door]] = {
        "claim": _claim,
        "carry_out": consumer._carry_out,
        "put_back": [
            lambda row: consumer._put_back(row, RuntimeError("away")),
            lambda row: consumer._put_back(row, ValidationError("Sai.")),
        ],
        "sweep": lambda row: sweep(),
        "retry": lambda row: retry_job(row, by=central),
    }
    return Life(Job, _jobs(central), doors, {"": central}, (Job,))


def _claim(row: Job) -> None:
    claim = consumer._claim(row.pk)
    if claim:
        claims.let_go(claim[1])


def _jobs(by: Any) -> Iterator[Job]:
    row = _job(by)
    yield row
    yield from _changed(row, attempts=9)
    yield from _changed(row, state=Job.State.RUNNING, started_at=timezone.now(), attempts=1)
    yield from _changed(row, state=Job.State.RUNNING, started_at=timezone.now(), attempts=9)
    yield from _changed(row, state=Job.State.FAILED, finished_at=timezone.now())
    run_job(row.pk)
    yield row


def _job(by: Any) -> Job:
    with transaction.atomic():
        return enqueue(KIND, by=by, word="a")


# --- people -----------------------------------------------------------------------------------------------------------


def of_people(fixture: Callable[[str], Any]) -> Life:
    admin = person("Ngô Đức Thắng", "unit_administrator", BAC_NINH)
    doors: dict[str, Door | list[Door]] = {
        "deactivate": lambda one: people.deactivate_person(one, "nghỉ hưu", by=admin),
        "close_dormant": lambda one: close_dormant_accounts(),
        "end_sessions": lambda one: people.end_sessions_of(one, by=admin),
        "reopen": lambda one: people.reopen_person(one, "trở lại", by=admin),
    }
    return Life(Person, _people(admin), doors, {"": admin}, (Person, Membership))


def _people(admin: Any) -> Iterator[Person]:
    user = invitations.accept_as_new(invitations.link_token(_invited(admin)), "Lê Thị Mới", PASSWORD)
    one = Person.objects.get(pk=user.pk)
    Person.objects.filter(pk=one.pk).update(date_joined=timezone.now() - timedelta(days=100))
    yield one
    people.deactivate_person(one, "nghỉ hưu", by=admin)
    yield one


def of_invitations(fixture: Callable[[str], Any]) -> Life:
    admin = person("Ngô Đức Thắng", "unit_administrator", BAC_NINH)
    doors: dict[str, Door | list[Door]] = {
        "accept": lambda one: invitations.accept_as_new(invitations.link_token(one), "Lê Thị Mới", PASSWORD),
        "expire": lambda one: Invitation.objects.filter(pk=one.pk).update(expires_at=timezone.now()),
        "withdraw": lambda one: invitations.withdraw_invitation(one, by=admin),
        "resend": lambda one: invitations.resend_invitation(one, by=admin),
    }
    tables = (Invitation, Membership, Person, Job)
    # Whoever holds a link that opens nothing is not told why.
    return Life(Invitation, _invitations(admin), doors, {"": admin, "accept": None}, tables, {"accept": "dead_link"})


def _invited(admin: Any, email: str = "nguoi-moi@example.vn") -> Invitation:
    unit, role = OrganisationUnit.objects.get(pk=BAC_NINH), Group.objects.get(name="unit_editor")
    return invitations.invite_person(email, "Người Mới", unit, role, today(), by=admin)


def _invitations(admin: Any) -> Iterator[Invitation]:
    for name, end in (
        ("mot", lambda one: invitations.accept_as_new(invitations.link_token(one), "Lê Thị Mới", PASSWORD)),
        ("hai", lambda one: invitations.withdraw_invitation(one, by=admin)),
    ):
        one = _invited(admin, f"nguoi-{name}@example.vn")
        yield one
        yield from _changed(one, expires_at=timezone.now() - timedelta(hours=1))
        end(one)
        yield one


def of_factor_resets(fixture: Callable[[str], Any]) -> Life:
    admin, central = person("Ngô Đức Thắng", "unit_administrator", BAC_NINH), fixture("central")
    doors: dict[str, Door | list[Door]] = {
        "approve": lambda one: decide_factor_reset(one, is_approved=True, by=central),
        "refuse": lambda one: decide_factor_reset(one, is_approved=False, by=central),
    }
    rows = _factor_resets(admin, list(doors.values()))
    return Life(SecondFactorReset, rows, doors, {"": central}, (SecondFactorReset, Authenticator))


def _factor_resets(admin: Any, ends: list[Any]) -> Iterator[SecondFactorReset]:
    for number, end in enumerate(ends):
        user = person(f"Nguyễn Hồng Nhung {number}", "unit_editor", BAC_NINH)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
        one = request_factor_reset(user, "mất điện thoại", by=admin)
        yield one
        end(one)
        yield one


def of_tokens(fixture: Callable[[str], Any]) -> Life:
    central = fixture("central")
    doors: dict[str, Door | list[Door]] = {
        "expire": lambda one: ApiToken.objects.filter(pk=one.pk).update(expires_on=today(-1)),
        "revoke": lambda one: revoke_token(one, "lộ mã", by=central),
    }
    return Life(ApiToken, _tokens(central), doors, {"": central}, (ApiToken,))


def _tokens(central: Any) -> Iterator[ApiToken]:
    program = person("Kết nối Bắc Ninh", "service_account", BAC_NINH)
    one = issue_token(program, Wanted("Nền tảng dữ liệu", ["tasks:read"], today(90)), by=None).token
    yield one
    yield from _changed(one, expires_on=today(-1))
    revoke_token(one, "lộ mã", by=central)
    yield one


# --- acts on units ----------------------------------------------------------------------------------------------------


def of_acts(fixture: Callable[[str], Any]) -> Life:
    central = fixture("central")
    doors: dict[str, Door | list[Door]] = {
        "take_effect": lambda act: Reorganisation.objects.filter(pk=act.pk).update(effective_on=today()),
        "withdraw": lambda act: withdraw_reorganisation(act, "nhầm", by=central),
    }
    return Life(Reorganisation, _acts(central), doors, {"": central}, (Reorganisation, OrganisationUnit))


def _acts(by: Any) -> Iterator[Reorganisation]:
    act = acts.done(acts.renaming(today(1)), by)
    yield act
    withdraw_reorganisation(act, "nhầm", by=by)
    yield act
    yield acts.done(acts.renaming(today(-1), of=LAM_DONG), by)


LIVES = {
    ImportBatch: of_imports,
    ClosingProposal: of_proposals,
    Allocation: of_allocations,
    Publication: of_publications,
    Job: of_jobs,
    Person: of_people,
    Invitation: of_invitations,
    SecondFactorReset: of_factor_resets,
    ApiToken: of_tokens,
    Reorganisation: of_acts,
    PlanTask: lambda fixture: Life(PlanTask, **of_tasks(fixture)),
    TaskList: lambda fixture: Life(TaskList, **of_task_lists(fixture)),
    Extension: lambda fixture: Life(Extension, **of_extensions(fixture)),
    AnnualReport: lambda fixture: Life(AnnualReport, **of_reports(fixture)),
    Subscription: lambda fixture: Life(Subscription, **of_subscriptions(fixture)),
    Delivery: lambda fixture: Life(Delivery, **of_deliveries(fixture)),
    Handover: lambda fixture: Life(Handover, **of_handovers(fixture)),
    Feedback: lambda fixture: Life(Feedback, **of_feedback(fixture)),
    ReportingRound: lambda fixture: Life(ReportingRound, **of_rounds(fixture)),
    ReportBook: lambda fixture: Life(ReportBook, **of_books(fixture)),
}
