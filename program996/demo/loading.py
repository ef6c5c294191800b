"""The whole load in one transaction: a run that was killed leaves nothing behind."""

import time
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.core.memo import kept
from apps.enterprises.models import Enterprise, Industry
from apps.organisations.models import Succession
from apps.progress.services import recompute
from apps.targets.models import Period
from program996.demo import accounts
from program996.demo.activities import load_activities
from program996.demo.allocations import load_allocations
from program996.demo.beside import load_beside
from program996.demo.books import load_book
from program996.demo.budgets import load_budgets
from program996.demo.dice import Dice
from program996.demo.enterprises import load_enterprises
from program996.demo.focal import load_focal_units
from program996.demo.forms import enlarge_forms
from program996.demo.keys_file import written_with
from program996.demo.registers import load_registers
from program996.demo.reports import People, load_reports
from program996.demo.statistics import close_periods, load_statistics
from program996.demo.tasks import load_tasks
from program996.demo.years import USUAL, Cycle

ACTION = "demo.loaded"
LOCK = 996_996  # one load at a time
Say = Callable[[str], None]


def load_demo(seed: int, enterprises: int, tasks: int, keys: Path, say: Say, cycle: Cycle = USUAL) -> None:
    """Load once; later only see to it that somebody knows the passwords."""
    with written_with(keys) as keep, transaction.atomic():
        _claim()
        loaded = AuditEvent.objects.filter(action=ACTION).first()
        if loaded is None:
            _refuse_other_day(cycle)
            _refuse_unfit_base()
            load_focal_units()
            keep(accounts.set_keys())
            with kept():  # units, their names and their years are the same for each of ten thousand rows
                _load_facts(seed, enterprises, tasks, say, cycle)
        elif keys.exists():
            at = f"{timezone.localtime(loaded.at):%d/%m/%Y %H:%M}"
            say(_("Số liệu minh họa đã có, nạp lúc %(at)s. Không thay đổi gì.") % {"at": at})
        else:
            keep(accounts.set_keys())
            say(_("Số liệu minh họa đã có; tệp tài khoản bị thiếu nên đã đặt lại mật khẩu."))
    say(_("Tài khoản minh họa: %(path)s") % {"path": keys})


def _claim() -> None:
    with connection.cursor() as cursor:
        # A page's time limits do not suit a load, whichever process calls it.
        cursor.execute("SET LOCAL statement_timeout = '600s'; SET LOCAL idle_in_transaction_session_timeout = '600s'")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CommandError(_("Một tiến trình khác đang nạp số liệu minh họa."))


def _refuse_unfit_base() -> None:
    if not all(model.objects.exists() for model in (Period, Succession, Industry, Group)):
        raise CommandError(_("Chưa có dữ liệu nền: chạy load_reference trước."))
    if Enterprise.objects.exists():
        raise CommandError(_("Đã có doanh nghiệp thật; số liệu minh họa không trộn vào được."))


def _refuse_other_day(cycle: Cycle) -> None:
    """Figures are counted to the portal's day: those of later years would be wrong by tomorrow's count."""
    if timezone.localdate() < cycle.day:
        words = _("Đồng hồ của cổng chưa đến %(day)s: khởi động thư mục dữ liệu này bằng make run FULL=1.")
        raise CommandError(words % {"day": f"{cycle.day:%d/%m/%Y}"})


def _load_facts(seed: int, enterprises: int, tasks: int, say: Say, cycle: Cycle) -> None:
    started = time.monotonic()
    events = load_enterprises(seed, enterprises, withdrawn_by=accounts.keeper(), cycle=cycle)
    load_statistics(enterprises, cycle)
    load_registers(seed, enterprises, cycle)
    load_beside(Dice(seed + 3))
    load_activities(Dice(seed + 8))
    load_tasks(seed, tasks)
    load_budgets(seed, accounts.officer(), accounts.leader())  # of the tasks there are: comes after them
    record(ACTION, by=None, seed=seed, enterprises=enterprises, events=events)
    written = time.monotonic()
    say(
        _("%(enterprises)s doanh nghiệp, %(events)s giai đoạn, %(tasks)s nhiệm vụ trong %(seconds)s giây.")
        % {
            "enterprises": _told(enterprises),
            "events": _told(events),
            "tasks": _told(tasks),
            "seconds": _told(written - started, 1),
        }
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # of rows that only this transaction knows
    recompute(indicators=None)
    if cycle.cells:
        enlarge_forms(cycle.cells, by=accounts.administrator())
    load_reports(Dice(seed + 7), People(fills=accounts.keeper(), reviews=accounts.officer()), cycle)
    close_periods(accounts.officer(), accounts.leader(), cycle)
    load_allocations(accounts.officer(), accounts.leader(), cycle)
    load_book(cycle.closed[-1], accounts.officer(), accounts.leader())
    say(_("Tính mục tiêu trong %(seconds)s giây.") % {"seconds": _told(time.monotonic() - written, 1)})


def _told(number: float, places: int = 0) -> str:
    return number_format(number, places, force_grouping=True)
