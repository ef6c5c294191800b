"""What the sample asks of each resource, of the reference data and a few rows that stand for the rest."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.allocations import services
from apps.enterprises.models import Enterprise
from apps.progress.services import recompute
from apps.targets.models import Indicator, Target, UnitStatistic
from apps.tasks.models import PlanTask
from apps.tasks.services import asking
from tests.conftest import BAC_GIANG, BAC_NINH, TDC
from tests.factories.books import issued_at_once
from tests.factories.closings import close, publish
from tests.factories.enterprises import ProgrammeEventFactory
from tests.factories.funding import give
from tests.factories.registers import ACTIVITIES, FACTORIES, make
from tests.factories.reports import open_round
from tests.factories.tasks import PlanTaskFactory

TASK = "NV-2026-0001"
NEW_TASK = {
    "framework_item": "B.6", "title": "Hỗ trợ 120 doanh nghiệp", "kind": "recurrent", "term": "yearly",
    "lead_unit": BAC_NINH, "coordinating_units": [{"unit": "VMI", "part": "Đào tạo", "input": "Chuẩn"}],
    "due_on": "2026-12-31", "product": "Báo cáo", "budget": [{"source": "local", "year": 2026, "amount": 5_000_000}],
    "contributions": [{"indicator": "MT5", "year": 2026, "amount": 120}],
}  # fmt: skip
NEW_STANDARD = {
    "code": "CQG-990", "name": "Chuẩn độ dài", "area": "l", "quantity": "Độ dài", "unit": BAC_NINH,
    "holder": "Viện Đo lường", "recognised_on": "2021-05-04",
}  # fmt: skip
NEW_RECEIVER = {"label": "Nền tảng", "address": "https://nhan.example.vn/", "events": ["period.closed"]}
DECISION = {"number": "2145/QĐ-UBND", "date": "2026-01-20", "issuer": "UBND tỉnh Bắc Ninh", "signatory": "Ông A"}
REPORT = f"reports/2026/{BAC_NINH}/"

# Who asks, by role and unit.
ASKED_BY = {
    "tasks": ("unit_editor", BAC_NINH), "funding": ("unit_editor", BAC_NINH), "reports": ("unit_editor", BAC_NINH),
    "registers": ("register_keeper", BAC_NINH), "webhooks": ("programme_administrator", TDC),
}  # fmt: skip
ANYBODY = ("programme_officer", TDC)

# By resource: requests below /api/v1/, in their order; `{slug}` of registers is the key of the first row.
ASKED: dict[str, list[tuple]] = {
    "indicators": [
        ("GET", "indicators/"), ("GET", "indicators/MT5/"), ("GET", "indicators/mt99/"),
        ("GET", "indicators/MT5/values/?period=2026"), ("GET", "indicators/MT5/values/?units=as-reported&period=2025"),
        ("GET", "indicators/MT5/values/?period=2026&unit=VN&breakdown=ownership"),
        ("GET", "indicators/MT6/values/?period=2026"), ("GET", "indicators/MT5/values/?known_on=2020-01-01"),
        ("GET", "indicators/MT5/values/?units=x&period=y"),
    ],
    "units": [
        ("GET", "units/?kind=province&page_size=3&page=2"), ("GET", f"units/{BAC_NINH}/"), ("GET", "units/VN-99/"),
        ("GET", "units/?khong_co=1"), ("GET", "units/?page=99999"), ("POST", "units/", {}),
    ],
    "closings": [("GET", "closings/")],
    "publications": [("GET", "publications/"), ("GET", "publications/national-2025/")],
    "enterprises": [("GET", "registers/enterprises/"), ("GET", "registers/enterprise-events/")],
    "periods": [("GET", "periods/"), ("GET", "periods/2025/")],
    "targets": [("GET", "targets/?indicator=MT5")],
    "allocations": [
        ("GET", "allocations/"), ("GET", "allocations/{allocation}/"), ("GET", f"targets/of-unit/?unit={BAC_NINH}"),
    ],
    "public": [
        ("GET", "public/publications/"), ("GET", "public/publications/{publication}/"),
        ("GET", "public/publications/{publication}/values/?indicator=MT5"),
        ("GET", "public/publications/{publication}/values/?units=as-reported&indicator=MT7&page_size=3"),
        ("GET", "public/publications/{publication}/json-stat/?indicator=MT5"),
        ("GET", "public/publications/0/values/"), ("GET", "public/indicators/MT5/"),
        ("POST", "public/publications/", {}),
    ],
    "figures": [("GET", "figures/?indicator=MT5&period=2026&unit=VN-24-2025")],
    "jobs": [("POST", "jobs/", {"resource": "units", "output": "xlsx"}), ("GET", "jobs/"),
             ("POST", "jobs/", {"resource": "units", "output": "exe"})],
    "webhooks": [("POST", "webhooks/", NEW_RECEIVER), ("GET", "webhooks/"), ("POST", "webhooks/", {"address": "x"})],
    "changes": [("GET", "changes/?resource=units&since="), ("GET", "changes/?resource=units&since=x")],
    "provenance": [("GET", "indicators/MT5/provenance/?period=2026&page_size=1"),
                   ("GET", "indicators/MT7/provenance/?period=2026"), ("GET", "indicators/MT5/provenance/")],
    "documents": [("GET", "documents/?page_size=5"), ("GET", "documents/?number=996/QĐ-TTg")],
    "framework-items": [("GET", "framework-items/?page_size=5"), ("GET", "framework-items/B.6/"),
                        ("GET", "framework-items/?kind=group")],
    "tasks": [
        ("GET", "tasks/"), ("GET", f"tasks/{TASK}/"), ("GET", f"tasks/{TASK}/extensions/"),
        ("GET", "tasks/?state=in_progress&state=draft&unit=VN-24-2025"), ("GET", "tasks/?state=x"),
        ("GET", "tasks/statistics/?by=unit"), ("POST", "tasks/", NEW_TASK), ("POST", "tasks/", {"kind": "x"}),
        ("PATCH", "tasks/NV-2026-0003/", {"version": 1, "title": "Tên mới"}),
        ("PATCH", "tasks/NV-2026-0003/", {"version": 7, "title": "Tên khác"}),
        ("POST", "tasks/NV-2026-0003/propose/", {"version": 2}), ("POST", "tasks/NV-2026-0003/start/", {"version": 3}),
        ("POST", f"tasks/{TASK}/extensions/", {"version": 99, "due_on": "2027-06-30", "reason": "Chờ thiết bị"}),
    ],
    "funding": [
        ("GET", "funding/?year=2026"), ("GET", "funding/lines/"), ("GET", f"funding/tasks/{TASK}/"),
        ("PUT", f"funding/tasks/{TASK}/",
         {"amounts": [{"year": 2026, "source": "local", "stage": "disbursed", "amount": 7_500_000}]}),
    ],
    "reports": [
        ("GET", "rounds/"), ("GET", "rounds/2026/"), ("GET", "reports/?unit=VN-24-2025"), ("GET", REPORT),
        ("POST", f"{REPORT}start/", {"version": 0}), ("POST", f"{REPORT}start/", {"version": 0}),
        ("GET", f"{REPORT}cells/"),
        ("PATCH", f"{REPORT}cells/", {"version": 1, "cells": [{"code": "E5", "value": "Kiến nghị"}]}),
        ("PATCH", f"{REPORT}cells/", {"version": 2, "cells": [{"code": "5.1", "value": "x"}, {"code": "?"}]}),
    ],
    "registers": [
        *[("GET", f"registers/{slug}/") for slug in FACTORIES if slug not in ACTIVITIES],
        ("GET", "registers/standards/{standards}/"), ("POST", "registers/standards/", NEW_STANDARD),
        ("POST", "registers/standards/", NEW_STANDARD), ("POST", "registers/standards/", {"area": "?"}),
        ("PATCH", "registers/standards/{standards}/",
         {"name": "Mới", "reason": "Sửa", "updated_at": "2020-01-01T00:00:00Z"}),
        ("PATCH", "registers/standards/{standards}/", {"name": "Mới"}),
        ("POST", "registers/products/{products}/withdraw/", {"reason": "Nhập nhầm"}),
    ],
    "activities": [("GET", f"registers/{slug}/") for slug in ACTIVITIES],
}  # fmt: skip


def rows(officer: User, editor: User) -> dict[str, int]:
    """Made anew for each test; the keys of the first rows of registers by slug."""
    keys = {slug: make(slug).pk for slug in FACTORIES}
    for unit, day in ((BAC_GIANG, date(2024, 3, 1)), (BAC_NINH, date(2026, 4, 1))):
        event = ProgrammeEventFactory(unit_id=unit, occurred_on=day)
        Enterprise.objects.filter(pk=event.programme.enterprise_id).update(unit=unit)
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_GIANG, year=2024, value=400, source="thử")
    recompute()
    close(2025)
    keys["publication"] = publish(2025).pk
    keys["allocation"] = _allocation()
    _tasks(editor)
    open_round(officer)
    issued_at_once(officer)
    return keys


def _allocation() -> int:
    """Proposed, as nothing of it moves with the figures then; the province has its target from elsewhere."""
    officer = User.objects.create(email="nguoi-giao@chi-tieu.example", full_name="Người lập", is_superuser=True)
    six = Indicator.objects.get(code="MT6")
    made = services.draft_allocation(six, 2030, 2030, by=officer)
    services.write_amounts(made, [services.Entry(BAC_NINH, None, Decimal(40))], by=officer)
    basis = Target.objects.filter(unit=None)[0].legal_basis
    Target.objects.create(indicator=six, year=2025, unit_id=BAC_NINH, value=12, legal_basis=basis)
    return services.propose(made, by=officer).pk


def _tasks(by: User) -> None:
    PlanTask.objects.all().delete()
    for number, state in enumerate(("in_progress", "approved", "draft"), 1):
        PlanTaskFactory(code=f"NV-2026-{number:04d}", state=state, lead_unit_id=BAC_NINH)
    task = PlanTask.objects.get(code=TASK)
    give(task, planned=100, allocated=90)
    asking.ask_extension(task, version=task.version, due_on=date(2027, 3, 31), reason="Chờ thiết bị", by=by)
    moved = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    PlanTask.objects.update(moved_at=moved)
