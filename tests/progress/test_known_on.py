"""Figures as they were known on a day: on every page, in every file, with the closings and targets of that day."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.documents.models import LegalDocument
from apps.enterprises.models import ProgrammeEvent
from apps.enterprises.services import correct_event, withdraw_event
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.progress.definitions import define_indicator
from apps.progress.figures import figures_as_of
from apps.progress.forms import end_of
from apps.progress.services import recompute
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, IndicatorValue, Target
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.examples import examples
from tests.factories.closings import close
from tests.progress.days import at_noon_of

__all__ = ["at_noon_of"]
TODAY = timezone.localdate()
FIRST, CLOSED = TODAY - timedelta(days=20), TODAY - timedelta(days=10)
VALUES, PROVENANCE = "/api/v1/indicators/MT5/values/", "/api/v1/indicators/MT5/provenance/"


def typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def nation(page) -> dict[int, tuple]:
    """Year → figure and whether it is accepted, as the page of an indicator has them."""
    return {year: (figure.value, figure.is_accepted) for year, figure in page.context["item"].figures.items()}


@pytest.fixture
def history(event, by, at_noon_of):
    """One of 2024 on the first day; 2024 closed on the second, with a second one; today one of both is found to
    be false, and another comes; and the aim is raised.
    """
    at_noon_of(FIRST)
    false = event(date(2024, 3, 1), BAC_GIANG)
    Target.objects.update(created_at=timezone.now())
    recompute()
    at_noon_of(CLOSED)
    event(date(2024, 4, 1), LAM_DONG)
    recompute()
    close(2024)
    at_noon_of(None)
    # By the real clock: the history of rows goes by that of the database.
    withdraw_event(false, "Khai nhầm", by=by)
    event(date(2024, 5, 1), BAC_NINH)
    event(date(2026, 5, 1), BAC_NINH)
    _raise_the_aim()
    recompute()


def test_the_last_moment_of_a_day_is_the_days(history, signed_in, officer, monkeypatch, event, by, at_noon_of):
    at_noon_of(CLOSED)
    wrong = event(date(2026, 4, 1), LAM_DONG)
    at_noon_of(None)
    act, mt5 = LegalDocument.objects.get(number="996/QĐ-TTg"), Indicator.objects.get(code="MT5")
    given = {"text": "Chỉ một loại hình.", "kinds": ["state"], "valid_from": date(2026, 6, 1), "document": act}
    with monkeypatch.context() as clock:
        clock.setattr("django.utils.timezone.now", lambda: end_of(TODAY))
        define_indicator(mt5, **given, by=officer)
        Target.objects.filter(value=120_000).update(created_at=timezone.now())
        correct_event(wrong, {"unit": OrganisationUnit.objects.get(pk=BAC_NINH)}, "Nhầm tỉnh", by=by)
    page = signed_in(officer).get("/targets/mt5/changes/", {"from": typed(CLOSED), "to": typed(TODAY)})
    told = {one.what for one in page.context["acts"]}
    assert told >= {"Định nghĩa MT5, phiên bản 2, áp dụng từ 01/06/2026", "Mục tiêu 2030 là 120.000"}
    assert "None" not in page.text, "an act of no year"
    assert (end_of(TODAY), str(by), "Nhầm tỉnh") in {
        (one.account.at, one.account.who, one.account.why) for one in page.context["told"]
    }


def _raise_the_aim() -> None:
    old = Target.objects.get(indicator__code="MT5", year=2030, unit=None)
    Target.objects.create(
        indicator=old.indicator, year=2030, value=120_000, version=old.version + 1,
        legal_basis=LegalDocument.objects.get(pk=old.legal_basis_id),
    )  # fmt: skip


def test_every_page_of_figures_is_as_it_was_then(history, signed_in, officer):
    client = signed_in(officer)

    def page(**query):
        return client.get("/targets/mt5/", query)

    before = page(known=typed(FIRST))
    assert nation(before)[2024] == (1, False)
    assert before.context["item"].goal == 100_000
    between = page(known=typed(CLOSED), year=2024, measure="count")
    assert nation(between)[2024] == (2, True)
    assert {place.unit.id for place in between.context["places"]} == {BAC_NINH, LAM_DONG}
    now = page()
    assert nation(now)[2024] == (2, True)
    assert now.context["item"].figures[2024].adjustment == 0
    assert 2026 in nation(now)
    assert now.context["item"].goal == 120_000
    text = between.content.decode()
    assert f"Số liệu đã biết đến hết ngày {typed(CLOSED)}" in text
    assert "every 2s" not in text
    assert f"/targets/mt5/provenance/2024/?units=current&amp;known={typed(CLOSED)}" in text
    assert f"known_on={CLOSED}" in text
    assert "every 2s" in now.content.decode()


def test_provenance_opens_to_the_rows_of_that_day(history, signed_in, officer):
    client = signed_in(officer)
    first = client.get("/targets/mt5/provenance/2024/", {"known": typed(FIRST)})
    assert (first.context["step"].total, first.context["period"].is_closed) == (1, False)
    told = client.get(PROVENANCE, {"period": 2024, "known_on": str(FIRST)}).json()
    assert (told["count"], told["results"][0]["unit"]) == (1, BAC_GIANG)
    told = client.get(PROVENANCE, {"period": 2024, "known_on": str(CLOSED), "page_size": 1}).json()
    assert (told["count"], told["results"][0]["unit"]) == (2, LAM_DONG), "the latest comes first"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/dashboard/", "đã biết đến hết ngày"),
        ("/targets/", "đã biết đến hết ngày"),
        ("/units/bac-ninh/figures/", "đã biết đến hết ngày"),
        ("/targets/closings/", "Chưa chốt"),
        ("/targets/mt5/adjustments/2024/", "Kỳ này chưa chốt"),
    ],
)
def test_other_pages_know_no_more_either(history, signed_in, officer, address, found):
    page = signed_in(officer).get(address, {"known": typed(FIRST), "scope": ""})
    assert page.status_code == 200
    assert found in page.content.decode()
    assert "data-known" in page.content.decode()


def test_files_are_of_that_day_and_say_so(history, signed_in, officer):
    answer = signed_in(officer).get("/targets/mt5/", {"known": typed(FIRST), "export": "csv"})
    assert f"biet-den-{FIRST}" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()
    assert f"số liệu đã biết đến hết ngày {typed(FIRST)}" in text
    assert "đã chấp nhận" not in text


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "chưa đến"), (-21, "chưa có số liệu nào; số đầu tiên có từ ngày"), (None, "Ngày không")],
)
def test_days_of_which_nothing_is_known_are_refused_with_words(history, signed_in, officer, days, words):
    text = "31/02/2026" if days is None else typed(TODAY + timedelta(days=days))
    client = signed_in(officer)
    page = client.get("/targets/mt5/", {"known": text})
    assert page.context["asked"].known_day is None
    assert words in page.content.decode()
    assert "Trang này đang hiển thị số liệu hiện nay" in page.content.decode()
    assert "text/html" in client.get("/targets/mt5/", {"known": text, "export": "csv"})["Content-Type"]


def test_two_days_say_what_changed_by_whom_and_why(history, signed_in, officer, monkeypatch):
    client, query = signed_in(officer), {"from": typed(FIRST), "to": typed(TODAY)}
    page = client.get("/targets/mt5/changes/", query | {"year": 2024})
    assert [(one.year, one.before and one.before.value, one.after.value) for one in page.context["nation"]][-1] == (
        2024, 1, 2,
    )  # fmt: skip
    units = {one.unit.id: (one.before and one.before.value, one.after.value) for one in page.context["of_units"]}
    assert units == {LAM_DONG: (None, 1)}
    text = " ".join(page.content.decode().split())
    assert "Chốt kỳ, phiên bản 1" in text
    assert "Mục tiêu 2030 là 120.000" in text
    assert "Đã đối chiếu với sổ đăng ký" in text
    latest = client.get("/targets/mt5/changes/", {"from": typed(CLOSED), "to": typed(TODAY)})
    assert (latest.context["period"].year, latest.context["row_page"].paginator.per_page) == (2026, 50)
    assert {one.change.kind.value for one in latest.context["told"]} == {"added", "removed"}
    assert "Khai nhầm" in latest.content.decode()
    with monkeypatch.context() as without:
        without.setattr("apps.progress.views_changes.acts_between", lambda *_asked: [])
        moved = client.get("/targets/mt5/changes/", {"from": typed(CLOSED), "to": typed(TODAY)}).content.decode()
    assert "Số liệu thay đổi theo các dòng của sổ đăng ký dưới đây." in moved
    known = client.get("/targets/mt5/", {"known": typed(CLOSED)}).content.decode()
    assert f'href="/targets/mt5/changes/?from={typed(CLOSED)}"' in known
    file = client.get("/targets/mt5/changes/", query | {"export": "csv"})
    told = b"".join(file.streaming_content).decode("utf-8-sig") if file.streaming else file.content.decode("utf-8-sig")
    assert "tạm tính;đã chấp nhận" in told.replace('"', "")
    asked = query | {"export": "csv", "part": "rows", "year": 2026}
    rows = client.get("/targets/mt5/changes/", asked)
    assert (rows.status_code, "2026-ban-ghi" in rows["Content-Disposition"]) == (200, True)
    monkeypatch.delitem(COUNTS, "MT5")  # of what counts no rows there are but figures
    assert "ban-ghi" not in client.get("/targets/mt5/changes/", asked)["Content-Disposition"]


def test_at_the_very_moment_of_a_count_the_new_figure_holds_alone(history, event):
    """What was known until then is known no more: not both, not none."""
    event(date(2026, 5, 2), BAC_NINH)
    recompute()
    mt5 = Indicator.objects.get(code="MT5")
    rows = IndicatorValue.objects.filter(indicator=mt5, period__year=2026, unit=BAC_NINH, breakdown="")
    known = list(rows.order_by("known_from").values_list("known_from", "value"))
    assert len(known) == 2
    for moment, value in known:
        found = figures_as_of([mt5], 2026, moment, view=UnitView.AS_REPORTED, on=TODAY)[mt5.pk]
        assert [one.value for one in found if one.unit_id == BAC_NINH] == [value]


def test_two_days_in_the_wrong_order_are_refused(history, signed_in, officer):
    page = signed_in(officer).get("/targets/mt5/changes/", {"from": typed(TODAY), "to": typed(FIRST)})
    assert "Thời điểm sau phải sau thời điểm trước" in page.content.decode()
    assert "acts" not in page.context
    hours = {"from": f"{typed(FIRST)} 00:00", "to": f"{typed(FIRST)} 23:58"}
    page = signed_in(officer).get("/targets/mt5/changes/", hours)
    assert f"Từ 00:00 ngày {typed(FIRST)} đến 23:58 ngày {typed(FIRST)}" in " ".join(page.content.decode().split())


def test_no_more_rows_are_told_than_on_other_pages(history, signed_in, member):
    """Who keeps another province's register sees figures and acts, no row of these provinces."""
    keeper = member("Keeper", "register_keeper", "VN-01-2025")
    query = {"from": typed(CLOSED), "to": typed(TODAY)}
    page = signed_in(keeper).get("/targets/mt5/changes/", query)
    assert page.status_code == 200
    assert (page.context["told"], page.context["rows"].hidden) == ([], 3)
    assert "Khai nhầm" not in page.content.decode()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "withdraw", "restore", "close"]),
        st.integers(0, 2),
        st.sampled_from([2023, 2024, 2025]),
    ),
    min_size=2,
    max_size=7,
)


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_was_answered_at_any_step_is_answered_of_its_moment_ever_after(event, by, signed_in, officer, steps):
    client, told = signed_in(officer), []
    with transaction.atomic():
        for kind, which, year in steps:
            _do(kind, which, year, event, by)
            recompute(["MT5"])
            told.append((_answers(client), timezone.now()))
        for said, moment in told:
            assert _answers(client, known_on=moment.isoformat()) == said
        transaction.set_rollback(True)


def _do(kind, which, year, event, by) -> None:
    """Undone is what was withdrawn last: it stands again as a new row."""
    live = ProgrammeEvent.objects.filter(withdrawn_at__isnull=True).order_by("pk")
    gone = ProgrammeEvent.objects.filter(withdrawn_at__isnull=False).order_by("pk").last()
    if kind == "add":
        event(date(year, 3, 1), [BAC_GIANG, LAM_DONG, BAC_NINH if year == 2025 else BAC_GIANG][which])
    elif kind == "withdraw" and live:
        withdraw_event(live[which % len(live)], "Sai", by=by)
    elif kind == "restore" and gone and not live.filter(programme=gone.programme, occurred_on=gone.occurred_on):
        event(gone.occurred_on, gone.unit_id, of=gone.programme.enterprise, form=gone.programme.form)
    elif kind == "close" and Indicator.objects.filter(values__period__year=year).exists():
        close(year)


def _answers(client, **query) -> list[dict]:
    answer = client.get(VALUES, {"page_size": 200, "units": "as-reported"} | query)
    assert answer.status_code == 200
    return [{name: one[name] for name in one if "name" not in name} for one in answer.json()["results"]]
