"""What a report finds counted of its unit's activities, against counts by hand; and that it leads to the rows."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from apps.activities.counting import counted, wanted_of
from apps.registers.services import withdraw_row
from apps.reports.models import AnnualReport, FormCell
from apps.reports.rows import known_of
from apps.reports.selectors.filled import entries_of
from apps.reports.services import moves
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.registers import DifficultyFactory, EventFactory, InspectionFactory, PolicyFactory
from tests.factories.reports import open_round, report_of

pytestmark = pytest.mark.django_db
BEFORE_MERGER = "VN-27-2008"  # Bắc Ninh until 30/06/2025
FIRST, LAST = date(2025, 12, 15), date(2026, 12, 14)
OWN = {BAC_NINH: Decimal(1)}


def count(*sources: str, places=OWN) -> dict[str, int]:
    return {source: int(number) for source, number in counted(sources, places, FIRST, LAST).items()}


@pytest.fixture
def editor(member):
    return member("Editor Bac Ninh", "unit_editor", BAC_NINH)


def begun(officer, editor, year: int) -> AnnualReport:
    report = report_of(open_round(officer, year), BAC_NINH)
    moves.start(report, by=editor)
    return report_of(report.round, BAC_NINH)


def values(report: AnnualReport) -> dict[str, int]:
    rows = report.values.filter(cell__prefill__startswith="activities:", number__isnull=False)
    return {code: int(number) for code, number in rows.values_list("cell__code", "number")}


def test_rows_of_the_unit_and_of_the_days_count(keeper):
    days = [date(2025, 12, 14), FIRST, date(2026, 6, 1), LAST, date(2026, 12, 15)]
    for number, day in enumerate(days):
        InspectionFactory(started_on=day, ended_on=day, places=10**number)
    InspectionFactory(unit_id=LAM_DONG, places=7)
    withdraw_row(InspectionFactory(places=7), "Nhập nhầm", by=keeper)
    assert count("inspections", "inspections:places") == {"inspections": 3, "inspections:places": 1110}


def test_what_nobody_said_is_no_zero(reference):
    sources = ("inspections", "inspections:places", "inspections:kind=criteria", "inspections:places:kind=criteria")
    assert count(*sources) == {}
    row = InspectionFactory(places=None)
    assert count(*sources) == {
        "inspections": 1, "inspections:kind=criteria": 0, "inspections:places:kind=criteria": 0
    }  # fmt: skip
    type(row).objects.update(places=0)
    assert count("inspections:places") == {"inspections:places": 0}
    InspectionFactory(places=4)
    InspectionFactory(places=None)
    assert count("inspections:places") == {"inspections:places": 4}


def test_only_the_kinds_that_are_asked_for_count(reference):
    for kind, people in (("workshop", 80), ("briefing", 40), ("fair", 900)):
        EventFactory(kind=kind, participants=people)
    for kind, stage in (("plan", "issued"), ("plan", "drafted"), ("legal", "issued"), ("other", "issued")):
        PolicyFactory(kind=kind, stage=stage, document="12/KH-UBND")
    assert count(
        "events:kind!=fair", "events:participants:kind!=fair", "policies:stage=issued:kind=plan",
        "policies:stage=issued:kind!=plan,guidance",
    ) == {
        "events:kind!=fair": 2, "events:participants:kind!=fair": 120, "policies:stage=issued:kind=plan": 1,
        "policies:stage=issued:kind!=plan,guidance": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "source", ["nothing", "standards", "inspections:title", "inspections:kind", "inspections:kind=x", "inspections:x=y"]
)
def test_a_source_that_means_nothing_is_refused(reference, source):
    with pytest.raises(ValidationError):
        wanted_of(source)


def test_every_source_of_the_forms_means_something(reference):
    sources = set(FormCell.objects.filter(prefill__startswith="activities:").values_list("prefill", flat=True))
    assert len(sources) == 14
    assert [wanted_of(source.partition(":")[2]).register.slug for source in sources if source]


def test_one_query_for_each_register(reference, django_assert_num_queries):
    InspectionFactory()
    with django_assert_num_queries(2):
        count("inspections", "inspections:places", "inspections:fines:kind!=programme", "difficulties")


def test_a_report_begins_with_them_and_each_leads_to_its_rows(officer, editor, signed_in):
    first = InspectionFactory(places=12, bad_places=2, instruments=300, fines=4_500_000)
    second = InspectionFactory(kind="criteria", places=3, fines=2_147_483_648)
    others = [
        InspectionFactory(kind="programme", places=5),
        InspectionFactory(started_on="2025-12-01", ended_on="2025-12-14", places=9),
        InspectionFactory(unit_id=BAC_GIANG, started_on="2024-03-01", ended_on="2024-03-02"),
    ]
    report = begun(officer, editor, 2026)
    assert values(report) == {"D1": 2, "D2": 15, "D3": 2, "D4": 300, "D8": 2_151_983_648}
    cells = {cell.code: cell for cell in FormCell.objects.filter(form=report.form).select_related("indicator")}
    entries = entries_of(report, list(cells.values()))
    known = known_of(report, entries[cells["D2"].key], can_restore=False)
    assert (known.words, known.agrees) == ("Sổ đăng ký: 15", True)
    page = signed_in(editor).get(known.url)
    rows = [row.record.pk for row in page.context["table"].rows]
    assert (page.status_code, sorted(rows)) == (200, sorted([first.pk, second.pk]))
    assert not {row.pk for row in others} & set(rows)


def test_a_province_that_reports_for_its_predecessors_too_counts_their_rows(officer, editor, signed_in):
    """In 2025 Bắc Ninh stands for the two that became it; in 2026 it stands for itself."""
    for unit in (BAC_GIANG, BEFORE_MERGER):
        InspectionFactory(unit_id=unit, started_on="2025-03-03", ended_on="2025-03-04", places=4)
    InspectionFactory(started_on="2025-09-03", ended_on="2025-09-04", places=1)
    DifficultyFactory(unit_id=LAM_DONG, raised_on="2025-03-03")
    report = begun(officer, editor, 2025)
    assert report.covers_predecessors
    assert values(report) == {"D1": 3, "D2": 9}
    entry = next(one for one in entries_of(report, list(report.form.cells.all())).values() if one.cell.code == "D1")
    page = signed_in(editor).get(known_of(report, entry, can_restore=False).url)
    assert len(page.context["table"].rows) == 3
    AnnualReport.objects.filter(pk=report.pk).update(covers_predecessors=False)
    alone = AnnualReport.objects.select_related("round").get(pk=report.pk)
    assert alone.places == OWN
    page = signed_in(editor).get(known_of(alone, entry, can_restore=False).url)
    assert len(page.context["table"].rows) == 1
