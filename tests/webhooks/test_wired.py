"""Each of the five events comes from the service that does the change."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from apps.exchange import services as imports
from apps.organisations.models import OrganisationUnit
from apps.progress.services import recompute
from apps.targets import services as closings
from apps.targets.models import Period
from apps.tasks.services import moves
from apps.webhooks.models import Event
from apps.webhooks.registry import event_choices, event_kind
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import as_file, done
from tests.factories.closings import document
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import person
from tests.progress.conftest import enterprise, event  # noqa: F401 - facts that figures count
from tests.reports.lives import of_reports

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[tuple[list[str], dict[str, Any]]]:
    return [(row.units, row.data) for row in Event.objects.filter(kind=kind)]


def test_there_are_five_and_each_has_a_name():
    codes = {code for code, _label in event_choices()}
    assert codes == {"figure.changed", "import.finished", "period.closed", "report.accepted", "task.state_changed"}


def test_task_that_moves_on(reference):
    lead = person("Trần Văn Lợi", "unit_editor", BAC_NINH)
    task = PlanTaskFactory(state="draft", lead_unit_id=BAC_NINH)
    assert told("task.state_changed") == []
    moves.propose(task, by=lead)
    [(units, data)] = told("task.state_changed")
    assert units == sorted({BAC_NINH, task.approving_unit_id})
    assert data == {"task": task.code, "verb": "propose", "source": "draft", "state": "proposed"}
    kind = event_kind("task.state_changed")
    assert kind.sees(lead, data)
    assert not kind.sees(person("Lê Minh", "unit_editor", LAM_DONG), data)
    assert kind.address(data) == f"/api/v1/tasks/{task.code}/"


def test_report_that_is_accepted(request, officer, outsider):
    for report in of_reports(request.getfixturevalue)["rows"]:
        report.refresh_from_db()
        assert bool(told("report.accepted")) == (report.state in ("accepted", "locked"))
    [(units, data)] = told("report.accepted")
    assert (units, data["unit"], data["round"]) == ([BAC_NINH], BAC_NINH, report.round.code)
    kind = event_kind("report.accepted")
    assert kind.sees(officer, data)
    assert not kind.sees(outsider, data)
    assert kind.address(data) == f"/api/v1/reports/{report.round.code}/{BAC_NINH}/"


def test_import_that_is_written(keeper, outsider):
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    batch = done(imports.upload("enterprises", unit, as_file(files.workbook(files.rows(2))), by=keeper)[0])
    assert told("import.finished") == []
    batch = done(imports.request_write(batch, by=keeper))
    assert told("import.finished") == [([BAC_NINH], {"register": "enterprises", "rows": 2, "import": batch.pk})]
    kind, data = event_kind("import.finished"), told("import.finished")[0][1]
    assert (kind.sees(keeper, data), kind.sees(outsider, data)) == (True, False)
    assert kind.address(data) == batch.get_absolute_url()


def test_figures_that_change_are_one_event_for_each_indicator_and_period(event, officer, stranger):  # noqa: F811
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2025, 3, 1), LAM_DONG)
    recompute(["MT5"])
    found = {data["year"]: (units, data) for units, data in told("figure.changed") if data["indicator"] == "MT5"}
    assert len(found) == len([one for one in told("figure.changed") if one[1]["indicator"] == "MT5"])
    assert found[2024][0] == [BAC_GIANG]
    assert found[2025][0] == sorted([BAC_GIANG, LAM_DONG])
    assert found[2025][1] == {"indicator": "MT5", "period": "2025", "year": 2025, "national": True}
    kind = event_kind("figure.changed")
    assert (kind.sees(officer, found[2024][1]), kind.sees(stranger, found[2024][1])) == (True, False)
    assert kind.address(found[2024][1]) == "/api/v1/indicators/MT5/values/?period=2024"
    Event.objects.all().delete()
    recompute(["MT5"])
    assert told("figure.changed") == [], "nothing changed"


def test_period_that_is_closed(event, officer, leader, stranger):  # noqa: F811
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    period, reason = Period.objects.get(year=2024), "Đã đối chiếu"
    asked = closings.propose_closing(period, as_of=timezone.now(), document=document(), reason=reason, by=officer)
    assert told("period.closed") == []
    closing = closings.close_period(asked, by=leader)
    [(units, data)] = told("period.closed")
    assert (units, data) == ([], {"closing": closing.pk, "period": "2024", "version": 1})
    kind = event_kind("period.closed")
    assert (kind.sees(officer, data), kind.sees(stranger, data)) == (True, False)
    assert kind.address(data) == f"/api/v1/closings/{closing.pk}/"
