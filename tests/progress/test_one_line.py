"""A new indicator over a source that is there: one line in the table, and everything about its figure follows."""

from datetime import date

import pgtrigger
import pytest
from django.core.management import call_command

from apps.enterprises.counted import EVENTS
from apps.enterprises.services import withdraw_event
from apps.progress.counting import Cumulative, First
from apps.progress.services import recompute, recompute_source
from apps.progress.sources import COUNTS
from apps.targets.models import IndicatorValue
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.factories.targets import IndicatorFactory

URL = "/targets/mtx/"


@pytest.fixture
def mtx(monkeypatch, event, enterprise):
    """Enterprises with foreign capital: two in the first province, one in the other; one that is none of them."""
    monkeypatch.setitem(COUNTS, "MTX", First(EVENTS, where={"ownership": ("fdi",)}))
    made = IndicatorFactory(code="MTX", aggregation="distinct", basis="register")
    for unit, kind in ((BAC_GIANG, "fdi"), (BAC_GIANG, "fdi"), (LAM_DONG.replace("2025", "2008"), "fdi")):
        event(date(2024, 3, 1), unit, of=enterprise(unit, ownership=kind))
    event(date(2024, 3, 1), BAC_GIANG, of=enterprise(BAC_GIANG, name="Công ty trong nước"))
    recompute()
    return made


def test_it_has_its_page_and_its_rows(mtx, signed_in, officer, keeper):
    client = signed_in(officer)
    page = client.get(URL)
    assert {place.unit.id: place.value for place in page.context["places"]} == {BAC_NINH: 2, LAM_DONG: 1}
    assert page.context["has_rates"], "it counts enterprises, so it is set against their number"
    opened = client.get(f"{URL}provenance/2024/")
    step = opened.context["step"]
    assert (step.previous, step.reached, step.repeated, step.total, step.rows) == (0, 3, 0, 3, 3)
    assert "Công ty trong nước" not in opened.content.decode()
    assert len(signed_in(keeper).get(f"{URL}provenance/2024/").context["events"]) == 2
    answer = client.get(f"{URL}provenance/2024/", {"export": "csv", "part": "rows"})
    assert len(list(b"".join(answer.streaming_content).decode().splitlines())) == 4


def test_its_breakdowns_are_those_of_the_source(mtx, signed_in, officer):
    answer = signed_in(officer).get("/api/v1/indicators/MTX/values/", {"unit": "VN", "breakdown": "ownership"})
    assert {(one["breakdown"], one["value"]) for one in answer.json()["results"]} == {("ownership=fdi", 3)}
    text = " ".join(signed_in(officer).get("/targets/method/").content.decode().split())
    assert "Phân tổ: loại hình, ngành (VSIC)" in text


def test_it_is_counted_anew_with_its_source(mtx, event, by):
    withdraw_event(event(date(2025, 3, 1), BAC_GIANG), "Khai nhầm", by=by)
    close(2024)
    withdraw_event(EVENTS.telling.model.objects.filter(unit=BAC_GIANG).earliest("id"), "Khai nhầm", by=by)
    assert recompute_source(EVENTS.name)["MTX"] > 0
    national = IndicatorValue.objects.filter(indicator=mtx, unit=None, breakdown="", known_to=None)
    assert set(national.values_list("value", flat=True)) == {2}


def test_what_came_since_a_closing_is_told_row_by_row(mtx, event, enterprise, signed_in, officer):
    close(2024)
    event(date(2024, 9, 1), BAC_GIANG, of=enterprise(BAC_GIANG, ownership="fdi", name="Công ty đến muộn"))
    recompute()
    text = " ".join(signed_in(officer).get(f"{URL}adjustments/2024/").content.decode().split())
    assert "Thêm 1, bớt 0: chênh lệch +1" in text
    assert "Công ty đến muộn" in text


def test_another_way_of_counting_beside_it_changes_no_figure_of_the_others(mtx, event, monkeypatch):
    """Rows that are no first of anything are read then, too."""
    again = event(date(2024, 5, 1), BAC_GIANG)
    event(date(2024, 6, 1), BAC_GIANG, of=again.programme.enterprise, stage="maintained")
    recompute()
    monkeypatch.setitem(COUNTS, "MTY", Cumulative(EVENTS, where={"form": ("served",)}))
    events = IndicatorFactory(code="MTY", aggregation="cumulative", basis="register")
    changed = recompute()
    assert {code for code, count in changed.items() if count} == {"MTY"}
    national = IndicatorValue.objects.filter(indicator=events, unit=None, breakdown="", period__year=2024)
    assert national.get().value == 6


def test_it_is_checked(mtx, capsys):
    call_command("check_figures")
    assert "0 số lệch" in capsys.readouterr().out
    with pgtrigger.ignore("targets.IndicatorValue:said_once"):
        IndicatorValue.objects.filter(unit=None, breakdown="", indicator=mtx, period__year=2024).update(value=7)
    with pytest.raises(SystemExit):
        call_command("check_figures")
    assert "MTX" in capsys.readouterr().out
