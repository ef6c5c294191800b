"""MT7 on pages, in files and in the API; what a closing keeps, and an act on units asks for."""

import re
from dataclasses import replace
from datetime import date

import pytest

from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.progress.adjustments import row_changes
from apps.progress.figures import figures
from apps.progress.jobs import recount_for_the_day
from apps.progress.provenance import behind_figure, nearly_counted
from apps.progress.services import find_differences, recompute
from apps.registers.services import add_row, change_row, withdraw_row
from apps.reorganisations.services.reorganisations import withdraw_reorganisation
from apps.targets.models import Indicator, Period
from program996.celery import app
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close, close_until
from tests.factories.registers import PlanFactory
from tests.people.people import today
from tests.plans.test_coverage import OLD_BAC_NINH, OLD_LAM_DONG, counted, states
from tests.progress.test_counting import EVERYTHING
from tests.reorganisations.acts import MERGED, done, merger

PAGE, PROVENANCE = "/targets/mt7/", "/targets/mt7/provenance/2025/"


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def known(plan):
    """Bắc Ninh inherits, Lâm Đồng in part, Bộ Công Thương has its own."""
    made = [plan(unit, number=f"{at}/KH-THU") for at, unit in enumerate((BAC_GIANG, OLD_BAC_NINH, OLD_LAM_DONG), 1)]
    made.append(plan("BCT", number="4/KH-THU"))
    recompute(["MT7"])
    close_until(2025)
    return made


def test_a_figure_says_what_it_is_made_of_and_opens_to_the_plans(known, signed_in, officer, keeper):
    client = signed_in(officer)
    for address in (f"{PAGE}?year=2025", PROVENANCE):
        text = text_of(client.get(address))
        assert "Tự ban hành 1,8 1 / 56 Kế thừa 1,8 1 / 56" in text
        assert "Kế thừa một phần, chưa được tính: 1" in text
        assert "Lâm Đồng Chưa có kế hoạch còn hiệu lực của: Bình Thuận (đến 30/06/2025), Đắk Nông" in text
    page = client.get(PROVENANCE)
    assert [(row.name.title, unit.short_name, row.day) for row, unit in page.context["events"]] == [
        ("2/KH-THU", "Bắc Ninh", date(2025, 7, 1)),
        ("1/KH-THU", "Bắc Ninh", date(2025, 7, 1)),
        ("4/KH-THU", "Bộ Công Thương", date(2020, 3, 10)),
    ]
    assert "1/KH-THU Bắc Giang (đến 30/06/2025), 10/03/2020 Bắc Ninh 01/07/2025" in text_of(page)
    own = signed_in(keeper).get(PROVENANCE)
    assert {row.row_id for row, _unit in own.context["events"]} == {known[0].pk, known[1].pk}
    assert "Lâm Đồng Chưa có kế hoạch" in text_of(own), "which units have one is no secret"


@pytest.mark.parametrize(
    ("unit", "words"),
    [("bac-ninh", "kế thừa"), ("lam-dong", "chưa có"), ("bo-cong-thuong", "có")],
)
def test_of_one_unit_the_page_says_whether_it_has_one(known, signed_in, officer, unit, words):
    client = signed_in(officer)
    page = client.get(f"{PROVENANCE}{unit}/")
    assert f"{page.context['unit'].short_name}: {words} " in text_of(page)
    assert ("Kế thừa một phần" in text_of(page)) == (unit == "lam-dong")
    [row] = [
        cells
        for indicator, cells in client.get(f"/units/{unit}/figures/").context["table"].rows
        if indicator.code == "MT7"
    ]
    assert {cell.year: str(cell.standing) for cell in row if cell.figure}[2025].lower() == words
    before = {cell.year: cell.standing for cell in row if cell.figure}[2024]
    assert bool(before) == (unit == "bo-cong-thuong"), "1 / 2 and 1 / 3 of the units before are no yes or no"
    dashboard = text_of(client.get("/dashboard/", {"scope": unit}))
    assert f"đã ban hành kế hoạch tổng thể : {words.capitalize()} " in dashboard
    assert "theo số tuyệt đối" not in dashboard.split("MT7")[1]


def test_files_and_the_api_tell_own_and_inherited_apart(known, signed_in, officer):
    client = signed_in(officer)
    answer = client.get(PAGE, {"export": "csv"})
    header, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert header.endswith('"Trong đó: tự ban hành";"Trong đó: kế thừa"')
    [nation] = [row for row in rows if '"Toàn quốc"' in row and row.startswith('"MT7";"2025"')]
    assert nation.endswith('"1";"1"')
    answer = client.get(PROVENANCE, {"export": "csv", "part": "rows"})
    header, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert '"Đơn vị được tính";"Tính từ ngày";"Số, ký hiệu";"Đơn vị ban hành";"Ngày ban hành"' in header
    assert len(rows) == 3
    found = client.get("/api/v1/indicators/MT7/values/", {"period": 2025, "breakdown": "state", "unit": "VN"}).json()
    told = {one["breakdown"]: (one["numerator"], one["denominator"]) for one in found["results"]}
    assert told == {"state=own": (1, 56), "state=inherited": (1, 56)}


@pytest.fixture
def lasting(transactional_db):
    """Row history is dated by its transaction, so what happens before and after a closing needs two."""


def test_a_closed_period_stays_and_tells_what_came(lasting, plan, by, signed_in, officer):
    first, second = plan(BAC_GIANG), plan(OLD_BAC_NINH)
    plan(OLD_LAM_DONG)
    recompute(["MT7"])
    close(2025)
    period = Period.objects.get(year=2025)
    moment = period.closing.as_of
    change_row(second, {"last_year": 2024}, "Nhầm năm cuối", by=by)
    new = add_row(PlanFactory.build(unit_id="BCT", first_year=2025, last_year=2030), by=by)
    recompute(["MT7"])
    [figure] = figures(Indicator.objects.get(code="MT7"), national=True, year=2025)
    assert (figure.numerator, figure.denominator) == (1, 56)
    assert round(figure.since, 4) == round(figure.value, 4), "one went, one came"
    was = behind_figure("MT7", period, EVERYTHING, known_on=moment)
    assert {(row.row_id, row.unit_id) for row in was.rows} == {(first.pk, BAC_NINH), (second.pk, BAC_NINH)}
    assert {row.row_id for row in behind_figure("MT7", period, EVERYTHING).rows} == {new.pk}
    assert {one.unit_id for one in nearly_counted("MT7", period, known_on=moment)} == {LAM_DONG}
    assert {one.unit_id for one in nearly_counted("MT7", period)} == {LAM_DONG, BAC_NINH}
    changes = row_changes("MT7", period, moment, None, EVERYTHING)
    told = {(one.row_id, str(one.kind), one.amount) for one in changes.seen}
    assert told == {(first.pk, "removed", -0.5), (second.pk, "removed", -0.5), (new.pk, "added", 1)}
    withdraw_row(new, "Không có văn bản này", by=by)
    recompute(["MT7"])
    [figure] = figures(Indicator.objects.get(code="MT7"), national=True, year=2025)
    assert (round(figure.value, 1), figure.since) == (round(figure.numerator * 100 / 56, 1), 0)
    page = signed_in(officer).get("/targets/mt7/adjustments/2025/")
    assert "Bớt" in text_of(page)
    assert find_differences(["MT7"]) == []


def test_an_act_on_units_counts_from_its_day_on(plan, member):
    plan(BAC_GIANG)
    plan(OLD_BAC_NINH)
    recompute(["MT7"])
    by, day = member("Admin", "programme_administrator", "UBTDC"), today(3)
    year = Period.objects.begun().latest("starts_on").year
    act = done(merger(day, BAC_NINH, LAM_DONG), by)
    run_job(Job.objects.get(kind="progress.recompute_units").pk)
    assert find_differences(["MT7"]) == []
    assert counted(year) == (1, 56), "what is planned may still be withdrawn"
    withdraw_reorganisation(act, "Chưa thông qua", by=by)
    done(merger(today(), BAC_NINH, LAM_DONG, result=replace(MERGED, code="98")), by)
    assert find_differences(["MT7"])
    recount_for_the_day()
    assert (counted(year), states(year)) == ((0, 55), {})
    assert find_differences(["MT7"]) == []
    assert "progress.recount_for_the_day" in {entry["task"] for entry in app.conf.beat_schedule.values()}
