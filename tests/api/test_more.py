"""Periods, targets, the rows of a figure, one's own jobs, and what may be done with a row."""

from datetime import date

import pytest
from django.db import transaction

from apps.documents.models import LegalDocument
from apps.jobs.services import enqueue
from apps.progress.services import recompute
from apps.targets.models import Indicator, Target
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.factories.registers import AttendanceFactory, CourseFactory, StandardFactory
from tests.progress.conftest import enterprise, event  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
ROWS = "/api/v1/indicators/MT5/provenance/"


def results(client, url: str) -> list[dict]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_periods_say_their_days_and_their_closing(signed_in, officer, event):  # noqa: F811
    event(date(2025, 4, 1))
    recompute()
    close(2025)
    client = signed_in(officer)
    told = {row["code"]: row for row in results(client, "/api/v1/periods/")}
    assert (told["2026"]["starts_on"], told["2026"]["ends_on"]) == ("2025-12-15", "2026-12-14")
    assert (told["2025"]["closing_version"], told["2026"]["closing_version"]) == (1, None)
    assert client.get("/api/v1/periods/2025/").json() == told["2025"]


def test_targets_have_all_their_versions(signed_in, officer):
    basis = LegalDocument.objects.order_by("pk").first()
    five = Indicator.objects.get(code="MT5")
    Target.objects.create(indicator=five, year=2030, value=120_000, legal_basis=basis, version=2)
    Target.objects.create(indicator=five, year=2030, value="1500.5", legal_basis=basis, unit_id=BAC_NINH)
    client = signed_in(officer)
    told = results(client, "/api/v1/targets/?indicator=mt5&year=2030&ordering=id")
    assert [(row["unit"], row["value"], row["version"], row["is_current"]) for row in told] == [
        (None, "100000", 1, False),
        (None, "120000", 2, True),
        (BAC_NINH, "1500.5", 1, True),
    ]
    assert len(results(client, "/api/v1/targets/?indicator=mt5&year=2030&is_current=true")) == 2
    assert client.get(f"/api/v1/targets/{told[0]['id']}/").json()["indicator"] == "MT5"


def test_rows_of_a_figure_are_those_of_the_page(signed_in, officer, keeper, outsider, event):  # noqa: F811
    for unit in (BAC_GIANG, BAC_NINH, LAM_DONG):
        event(date(2026, 4, 1), unit)
    recompute()
    told = signed_in(officer).get(f"{ROWS}?period=2026").json()
    assert (told["count"], told["step"]["rows"], told["step"]["exact"]["total"], told["below"]) == (3, 3, "3", None)
    assert {(row["unit"], row["share"], row["day"]) for row in told["results"]} == {
        (BAC_GIANG, "1", "2026-04-01"), (BAC_NINH, "1", "2026-04-01"), (LAM_DONG, "1", "2026-04-01"),
    }  # fmt: skip
    mine = signed_in(keeper).get(f"{ROWS}?period=2026").json()
    assert (mine["count"], mine["step"]["exact"]["total"]) == (2, "3")  # the figure is everybody's, its rows are not
    assert results(signed_in(outsider), f"{ROWS}?period=2026&unit={BAC_NINH}") == []
    first = signed_in(officer).get(f"{ROWS}?period=2026&page_size=2").json()
    assert (len(first["results"]), first["previous"]) == (2, None)
    assert len(results(signed_in(officer), first["next"])) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("period=2026&unit=VN-99", 404),
        ("period=2099", 404),
        ("period=2026&page=9", 404),
        ("period=2026&page=x", 404),
        ("period=2026&page=-1", 404),
        ("period=2026&cursor=", 400),
        ("period=2026&breakdown=ownership", 400),
        ("period=2026&units=as-reported&on=2025-01-01", 400),
    ],
)
def test_rows_of_no_figure_are_refused(signed_in, officer, query, status):
    assert signed_in(officer).get(f"{ROWS}?{query}").status_code == status


def test_rows_of_a_ratio_have_two_steps(signed_in, officer):
    recompute()
    told = signed_in(officer).get("/api/v1/indicators/MT7/provenance/?period=2026").json()
    assert set(told["below"]) == {"exact", "rows"}


def test_jobs_are_ones_own(signed_in, keeper, central_keeper, officer):
    with transaction.atomic():
        mine = enqueue("progress.recompute", by=keeper, source="enterprises")
        enqueue("progress.recompute", by=central_keeper, source="standards")
    client = signed_in(keeper)
    [row] = results(client, "/api/v1/jobs/")
    assert (row["id"], row["state"], row["url"]) == (str(mine.pk), "pending", None)
    assert client.get(f"/api/v1/jobs/{mine.pk}/").json() == row
    assert results(client, "/api/v1/jobs/?state=done&state=failed") == []
    assert results(signed_in(officer), "/api/v1/jobs/") == []  # whatever the rights
    assert signed_in(officer).get(f"/api/v1/jobs/{mine.pk}/").status_code == 404


def test_what_may_be_done_with_a_row(signed_in, keeper, officer, django_assert_num_queries):
    StandardFactory()
    url = "/api/v1/registers/standards/"
    assert results(signed_in(keeper), url)[0]["allowed_actions"] == ["change", "withdraw"]
    client = signed_in(officer)
    assert results(client, url)[0]["allowed_actions"] == []
    StandardFactory.create_batch(3)
    with django_assert_num_queries(5):
        client.get(url)


def test_a_row_follows_the_unit_of_the_one_above_it(signed_in, keeper):
    """Nothing of the row itself changed, and yet the answer did."""
    course = CourseFactory()
    one = f"/api/v1/registers/attendances/{AttendanceFactory(course=course).pk}/"
    client = signed_in(keeper)
    tag = client.get(one)["ETag"]
    assert client.get(one, headers={"If-None-Match": tag}).status_code == 304
    type(course).objects.filter(pk=course.pk).update(unit=BAC_GIANG)
    assert client.get(one, headers={"If-None-Match": tag}).status_code == 200
