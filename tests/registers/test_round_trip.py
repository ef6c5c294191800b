"""Any content of any register goes out as a file and comes back; any file is taken back whole."""

import re

import pytest
from django.conf import settings as portal
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.exchange import services
from apps.exchange.headings import names_of
from apps.exchange.models import ImportBatch
from apps.exchange.resource import resource_of
from apps.progress.services import recompute
from apps.registers.declaration import register_of, registers, sources_of
from apps.targets.models import IndicatorValue
from tests.alike import assert_files_say_the_same
from tests.conftest import BAC_NINH, TDC
from tests.examples import examples
from tests.registers.conftest import problems, states
from tests.registers.contents import TEXTS, bad, contents, file_of, lines_of, made, vary
from tests.registers.shapes import by_shape

pytestmark = pytest.mark.django_db
UNLIMITED = dict.fromkeys(portal.LIMITS, (1_000_000, 60))  # of how many files one person may have
any_of_them = pytest.mark.parametrize("slug", by_shape(one.slug for one in registers()))
# On a commit the same example each time: what is new is found where many more are tried.
in_each = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": examples(1) == 1}


@pytest.fixture
def home(slug, keeper, central_keeper, officer):
    """Who keeps the register, and for which unit."""
    central = {"criteria": officer, "priority-sectors": officer, "managing-ministries": central_keeper}
    return (central[slug], TDC) if slug in central else (keeper, BAC_NINH)


LIKE_A_TOTAL = re.compile("Tổng cộng|ghi chú")  # where something lacks as well, such a row is none
HEADINGS = st.sampled_from(["STT", "Mã nội bộ", "Người nhập máy", "Cột lạ", "Kiểm tra lần 2"]) | TEXTS


@any_of_them
@settings(max_examples=examples(1), **in_each)
@given(data=st.data())
def test_what_a_list_says_as_a_file_changes_nothing(slug, home, upload, signed_in, data):
    """In whichever order its columns stand, and whatever others stand among them. The .csv says the same."""
    by, unit = home
    with transaction.atomic():
        contents(data.draw, slug, by=by)
        lines = listed(slug, signed_in(by))
        with override_settings(LIMITS=UNLIMITED):
            assert_files_say_the_same(signed_in(by), f"/registers/{slug}/")
        for heading in data.draw(st.lists(HEADINGS, max_size=2, unique_by=str.casefold)):
            assume(not names_of(resource_of(slug)).meaning_of(heading).keys)
            lines = [[*line, data.draw(TEXTS) if at else heading] for at, line in enumerate(lines)]
        order = data.draw(st.permutations(range(len(lines[0]))))
        batch = upload(slug, file_of([[line[at] for at in order] for line in lines]), by=by, unit=unit)
        assert (batch.refusal, told(batch)) == ("", [(at, lines[0][place], "error") for at, place in hidden(lines)])
        assert {*states(batch)} <= {"unchanged"} | ({"error"} if hidden(lines) else set())
        transaction.set_rollback(True)


@any_of_them
@settings(max_examples=examples(1), **in_each)
@given(data=st.data())
def test_a_bad_cell_is_one_problem_that_names_its_place(slug, home, upload, signed_in, data):
    by, unit = home
    with transaction.atomic():
        contents(data.draw, slug, by=by)
        lines = listed(slug, signed_in(by))
        columns, known, damaged = register_of(slug).columns, dict(hidden(lines)), []
        for number, line in enumerate(lines[1:], 2):
            at = known[number] if number in known else data.draw(st.integers(0, len(columns) - 1))
            line[at] = data.draw(bad(columns[at], may_be_blank=not LIKE_A_TOTAL.search(f"{line}")))
            damaged.append((number, columns[at].label, "error"))
        batch = upload(slug, file_of(lines), by=by, unit=unit)
        assert told(batch) == damaged
        assert {*states(batch)} == {"error"}
        transaction.set_rollback(True)


@any_of_them
@settings(max_examples=examples(1), **in_each)
@given(data=st.data())
def test_any_file_written_and_taken_back_leaves_everything_as_before(
    slug, home, upload, write, undo, signed_in, keeper, outsider, officer, data
):
    by, unit = home
    register = register_of(slug)
    people = [keeper, outsider, officer]
    with transaction.atomic():
        rows = contents(data.draw, slug, by=by)
        more = [made(slug, by) for _number in range(data.draw(st.integers(1, 2)))]
        with transaction.atomic():
            for row in [*rows, *more]:
                vary(data.draw, register, row, by=by)
            file = file_of(listed(slug, signed_in(by)))
            transaction.set_rollback(True)
        register.model.objects.filter(pk__in=[row.pk for row in more]).delete()
        before = standing(register, people)
        batch = upload(slug, file, by=by, unit=unit)
        if batch.problems.filter(severity="warning").exists():
            services.accept_warnings(batch, "Đã đối chiếu", by=by)
        if batch.rows.filter(state__in=["new", "update"]).exists():
            assert write(batch, by=by).state == ImportBatch.State.WRITTEN
            assert rows_of(register) != before[0]
            assert undo(batch, by=by).state == ImportBatch.State.UNDONE
        assert standing(register, people) == before
        transaction.set_rollback(True)


def listed(slug, client):
    with override_settings(LIMITS=UNLIMITED):
        return lines_of(client.get(f"/registers/{slug}/?export=xlsx").getvalue())


def hidden(lines):
    """Where a household's number stands: whole it goes into no file, and comes back out of none."""
    return [(number, at) for number, line in enumerate(lines, 1) for at, text in enumerate(line) if "•" in str(text)]


def told(batch):
    return [(number, column, severity) for number, column, _code, severity in problems(batch) if severity != "note"]


def rows_of(register):
    return set(register.model.objects.live().values_list("pk", *(column.stored for column in register.columns)))


def standing(register, people):
    """The rows, the figures, and what each of the people sees of the rows."""
    rows, figures = register.model.objects.live(), IndicatorValue.objects.filter(known_to=None, value__gt=0)
    if sources_of(register):
        recompute()
    return (
        rows_of(register),
        set(figures.values_list("indicator", "period", "unit", "breakdown", "value")),
        [set(rows.visible_to(person).values_list("pk", flat=True)) for person in people],
    )
