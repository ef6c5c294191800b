"""Each rule of docs/watching is silent while all is well, and speaks when that happens of which it warns."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import yaml
from django.db import OperationalError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record
from apps.core import clock, measuring, traffic
from apps.core.measuring import Source
from apps.documents.models import StoredFile
from apps.exchange.models import ImportBatch
from apps.jobs.consumer import beat_queue
from apps.jobs.models import Job, QueueHeartbeat
from apps.jobs.services import enqueue
from apps.organisations.models import OrganisationUnit
from apps.reports.models import ReportingRound
from apps.targets.closings import ClosingProposal
from apps.targets.models import Period, RecomputeRequest
from apps.webhooks.models import Subscription
from program996.management.processes import BASE_DIR
from tests.factories.closings import document
from tests.jobs.handlers import KIND
from tests.watching.promql import Evaluation
from tests.watching.scraped import Told, scrape

pytestmark = pytest.mark.django_db
FILE = BASE_DIR / "docs/watching/alerts.yml"
RULES = {rule["alert"]: rule["expr"] for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]}
UP = Told("up", {"job": "program996", "instance": "web:8000"}, 1)
ROUTE = "progress:indicator_list"


@pytest.fixture(autouse=True)
def well() -> None:
    """Every queue has just been answered; of what happens more often a first time was seen before."""
    for queue in ("quick", "import", "report", "mail", "webhook"):
        beat_queue(queue)
    for status in (200, 500):
        traffic.count(route=ROUTE, method="GET", status=status, seconds=0.1)


def speaking(now: list[Told], before: list[Told], seconds: float = 300) -> set[str]:
    asked = Evaluation(now, before=before, seconds=seconds, time=timezone.now().timestamp())
    return {name for name, expression in RULES.items() if asked.of(expression)}


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def somebody() -> User:
    return User.objects.get_or_create(email="ai-do@example.vn", defaults={"full_name": "Ai đó"})[0]


def job(**fields: Any) -> None:
    with transaction.atomic():
        row = enqueue(KIND, word="a")
    Job.objects.filter(pk=row.pk).update(**fields)


def requests(status: int, seconds: float) -> None:
    for _ in range(1000):  # among those of all tests before
        traffic.count(route=ROUTE, method="GET", status=status, seconds=seconds)


def locked_sign_ins() -> None:
    for _ in range(51):
        record("session.locked", by=None, step="password")


def store(scan: str) -> StoredFile:
    return StoredFile.objects.create(sha256=scan.ljust(64, "0"), size=1, uploaded_by=somebody(), scan=scan)


def stuck_import() -> None:
    given = {"file": store("clean"), "filename": "so.xlsx", "uploaded_by": somebody(), "state": "writing"}
    ImportBatch.objects.create(register="enterprises", unit=OrganisationUnit.objects.order_by("pk")[0], **given)


def disabled_receiver() -> None:
    given = {"label": "Thử", "address": "https://nhan.example/hook", "events": ["report.accepted"]}
    people = {"owner": somebody(), "created_by": somebody()}
    Subscription.objects.create(state="disabled", secret="x", secret_at=timezone.now(), **given, **people)


def waiting_recount() -> None:
    RecomputeRequest.objects.create(source="enterprises")
    RecomputeRequest.objects.update(requested_at=ago(minutes=20))


def a_round(**given: Any) -> None:
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 14), "year": 2026, "kind": "ad_hoc"}
    ReportingRound.objects.create(code="2026-thu", title="Kỳ thử", created_by=somebody(), **days, **given)


def forgotten_round() -> None:
    a_round(state="draft", opens_on=ago(days=2).date(), due_on=ago(days=-30).date())


def round_due_soon() -> None:
    opened = {"state": "open", "opened_at": ago(days=30), "opened_by": somebody()}
    a_round(opens_on=ago(days=30).date(), due_on=ago(days=-2).date(), **opened)


def waiting_proposal() -> None:
    ClosingProposal.objects.create(
        period=Period.objects.get(year=2025), version=1, as_of=ago(days=9), document=document(), reason="Đã đối chiếu",
        prepared_by=somebody(), prepared_at=ago(days=8),
    )  # fmt: skip


def unsealed_days() -> None:
    with clock.ahead(-3):
        record("test.effect", by=None)


def a_year_nobody_made() -> None:
    with clock.ahead(20 * 366):
        record("test.effect", by=None)


# What makes each of them speak, and nothing beside it but what is named.
TROUBLES: dict[str, Callable[[], Any]] = {
    "NhieuLoiHeThong": lambda: requests(500, 0.1),
    "TrangCham": lambda: requests(200, 6),
    "NhieuLanDangNhapBiTuChoi": locked_sign_ins,
    "HangDoiUn": lambda: job(created_at=ago(minutes=11)),
    "HangDoiKhongCoTienTrinh": lambda: QueueHeartbeat.objects.filter(queue="mail").update(at=ago(minutes=16)),
    "TacVuTreo": lambda: job(state="running", started_at=ago(minutes=6)),
    "TacVuThatBai": lambda: job(state="failed", finished_at=timezone.now()),
    "ThuKhongGuiDuoc": lambda: job(queue="mail", state="failed", finished_at=timezone.now()),
    "TinhLaiCham": waiting_recount,
    "LanNhapDungGiuaChung": stuck_import,
    "NoiNhanSuKienNgungNhan": disabled_receiver,
    "NhatKyChuaNiemPhong": unsealed_days,
    "NhatKyThieuBangCuaNam": a_year_nobody_made,
    "TepCoMaDoc": lambda: store("infected"),
    "TepChuaDuocQuet": lambda: store("pending"),
    "KyBaoCaoKhongTuChuyen": forgotten_round,
    "SapDenHanNopBaoCao": round_due_soon,
    "DeNghiChotSoLieuChoLau": waiting_proposal,
}
ALSO = {"ThuKhongGuiDuoc": {"TacVuThatBai"}}
# What no row of ours makes happen, or many rows of others: what is told is given another value.
STATES = {
    "CongKhongTraLoi": ("up", 0),
    "SoLieuKhongChuyenDuoc": ("program996_handovers", 1),
    "HetKetNoiCoSoDuLieu": ("program996_database_connections", 190),
    "GiaoDichQuaDai": ("program996_database_oldest_transaction_seconds", 901),
    "NhieuBeTac": ("program996_database_deadlocks_total", 1e6),
    "CoSoDuLieuTangNhanh": ("program996_database_bytes", 1e12),
}


def test_every_rule_is_tried():
    assert {*TROUBLES, *STATES, "KhongDocDuocSoDo"} == set(RULES)


def test_all_is_well():
    before = [UP, *scrape()]
    requests(200, 0.2)
    assert speaking([UP, *scrape()], before) == set()


@pytest.mark.parametrize("name", TROUBLES)
def test_it_speaks_when_that_happens(name):
    before = [UP, *scrape()]
    TROUBLES[name]()
    assert speaking([UP, *scrape()], before) == {name} | ALSO.get(name, set())


@pytest.mark.parametrize("name", STATES)
def test_it_speaks_of_such_a_number(name):
    metric, value = STATES[name]
    before = [UP, *scrape()]
    told = [Told(one.name, one.labels, value) if one.name == metric else one for one in before]
    assert {one.value for one in before if one.name == metric} - {value}
    assert speaking(told, before) == {name}


def test_no_worker_ever():
    before = [UP, *scrape()]
    QueueHeartbeat.objects.all().delete()
    assert speaking([UP, *scrape()], before) == {"HangDoiKhongCoTienTrinh"}


def test_what_cannot_be_read_is_told(monkeypatch):
    def slow() -> list:
        raise OperationalError("canceling statement due to statement timeout")

    source = measuring._known["exchange.imports"]
    monkeypatch.setitem(measuring._known, source.name, Source(source.name, source.families, slow))
    monkeypatch.setattr(measuring, "database_is_away", lambda error: False)
    told = [UP, *scrape()]
    assert speaking(told, told) == {"KhongDocDuocSoDo"}
