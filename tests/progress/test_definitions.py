"""A definition changes by an act, from a day on: a break in the series, and nothing closed moves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent
from apps.core.reference import Facts
from apps.documents.models import LegalDocument
from apps.enterprises.models import Enterprise
from apps.progress.definitions import define_indicator
from apps.progress.figures import figures
from apps.progress.provenance import behind_figure
from apps.progress.services import recompute
from apps.targets.models import Indicator, IndicatorDefinition, Period, RecomputeRequest
from apps.targets.reference import load_targets
from tests.conftest import BAC_NINH
from tests.factories.closings import close

NEW = "/targets/mt5/definitions/new/"
KINDS = ["state", "private"]


@pytest.fixture
def counted(event, enterprise):
    """One private enterprise of 2025, closed; of 2026 one private, one household from either side of 1 July."""
    event(date(2025, 3, 1))
    event(date(2026, 3, 1), of=enterprise(BAC_NINH, ownership="household"))
    event(date(2026, 7, 1), of=enterprise(BAC_NINH, ownership="household"))
    event(date(2026, 8, 1))
    recompute()
    close(2025)


def act() -> LegalDocument:
    return LegalDocument.objects.get(number="996/QĐ-TTg")


def define(by, **changed) -> IndicatorDefinition:
    given = {"text": "Chỉ hai loại hình.", "kinds": KINDS, "valid_from": date(2026, 7, 1), "document": act(), "by": by}
    return define_indicator(Indicator.objects.get(code="MT5"), **given | changed)


def nation() -> dict[int, int]:
    found = figures(Indicator.objects.get(code="MT5"), national=True)
    return {one.year: int(one.value or 0) for one in found}


def test_it_counts_otherwise_from_its_day_on(counted, officer):
    assert nation() == {2025: 1, 2026: 4}
    made = define(officer)
    assert (made.version, made.entered_by) == (2, officer)
    assert RecomputeRequest.objects.exists()
    [told] = AuditEvent.objects.filter(action="indicator.defined")
    assert told.after["kinds"] == sorted(KINDS)
    recompute()
    assert nation() == {2025: 1, 2026: 3}, "what happened before the day counts as it did"


def test_rows_behind_a_figure_of_before_are_counted_by_the_definition_of_then(counted, officer):
    before, period = timezone.now(), Period.objects.get(year=2026)
    define(officer)
    recompute()
    everything = UnitScope(everything=True)
    assert behind_figure("MT5", period, everything, known_on=before).step.total == 4
    assert behind_figure("MT5", period, everything, known_on=timezone.now()).step.total == 3


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valid_from": date(2025, 12, 14)}, "closed"),
        ({"valid_from": date(2018, 12, 15)}, "before_the_last"),
        ({"valid_from": date(2062, 7, 1)}, "beyond"),
        ({"kinds": ["moon"]}, "kinds"),
        ({"text": ""}, "blank"),
    ],
)
def test_what_would_move_a_closed_figure_or_says_nothing_is_refused(counted, officer, changed, code):
    with pytest.raises(ValidationError) as refusal:
        define(officer, **changed)
    assert {error.code for errors in refusal.value.error_dict.values() for error in errors} == {code}
    assert IndicatorDefinition.objects.filter(indicator__code="MT5").count() == 1


def test_the_same_again_is_refused(counted, officer):
    define(officer)
    with pytest.raises(ValidationError, match="Không khác"):
        define(officer, valid_from=date(2026, 9, 1))


def test_only_the_office_defines(counted, by):
    with pytest.raises(PermissionDenied):
        define(by)


def test_on_its_page_and_as_a_break_of_the_series(counted, signed_in, officer):
    client = signed_in(officer)
    page = client.get(NEW)
    assert "Khu vực kinh tế tư nhân" in page.content.decode()
    day = timezone.localdate() - timedelta(days=10)
    sent = {"key": "k1", "text": "Chỉ hai loại hình.", "kinds": KINDS, "document": "996/QĐ-TTg"}
    closed = client.post(NEW, sent | {"valid_from": "01/12/2025"})
    assert "đã chốt" in closed.content.decode()
    answer = client.post(NEW, sent | {"valid_from": f"{day:%d/%m/%Y}"})
    assert (answer.status_code, answer.url) == (302, "/targets/method/#dinh-nghia")
    again = client.post(NEW, sent | {"valid_from": f"{day:%d/%m/%Y}"})
    assert again.status_code == 302, "sent twice it is written once"
    late = client.post(NEW, sent | {"key": "k2", "version": page.context["form"]["version"].value(),
                                    "valid_from": f"{timezone.localdate():%d/%m/%Y}"})  # fmt: skip
    assert late.status_code == 409, "of a page that shows the version before"
    assert IndicatorDefinition.objects.filter(indicator__code="MT5").count() == 2
    for code in ("mt5", "mt5a"):
        text = " ".join(client.get(f"/targets/{code}/").content.decode().split())
        assert f"{day:%d/%m/%Y}: định nghĩa mới" in text, code
    assert "Chỉ hai loại hình." in client.get("/targets/mt5/").content.decode()
    assert "Chỉ hai loại hình." in client.get("/targets/method/").content.decode()


def test_reference_data_leaves_alone_what_people_wrote(counted, officer, settings, tmp_path):
    made = define(officer)
    load_targets(Facts(settings.BASE_DIR / "fixtures"))
    made.refresh_from_db()
    assert made.text == "Chỉ hai loại hình."
    assert Enterprise.objects.count() == 4
