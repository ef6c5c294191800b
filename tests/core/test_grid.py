"""The rows of a list, made with what is found out once for a column, are those that django-tables2 makes."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.template import Context, Template
from django.urls import reverse

from apps.accounts.models import User
from apps.core.grid import Grid, grid_of
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.jobs.services import enqueue
from apps.organisations.models import OrganisationUnit
from apps.people.models import Invitation
from tests.conftest import BAC_NINH
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(reference, signed_in, member):
    """Sees every list; each but that of imports has a row."""
    one = Enterprise.objects.create(
        tax_code="0100109106-001", name="Cơ khí <Bắc> & Nam", ownership="private", unit_id=BAC_NINH,
        located_on=date(2026, 1, 1),
    )  # fmt: skip
    programme = AssuranceProgramme.objects.create(enterprise=one, form="served")
    ProgrammeEvent.objects.create(
        programme=programme, stage="applied", occurred_on=date(2026, 2, 1), unit_id=BAC_NINH, reported_by_id=BAC_NINH
    )
    keeper = member("Giu So", "register_keeper", BAC_NINH)
    Invitation.objects.create(
        email="moi@example.vn", full_name="Mời", role=Group.objects.get(name="register_keeper"), unit_id=BAC_NINH,
        valid_from=date(2026, 1, 1), nonce="n" * 43, expires_at="2026-12-31T00:00Z", invited_by=keeper,
    )  # fmt: skip
    enqueue("progress.recompute", by=keeper, source="enterprises.programme_event")
    return signed_in(User.objects.create_superuser("goc@example.vn", "mat-khau-rat-dai-996", full_name="Quản trị"))


def plain(cell) -> str:
    """Without the form's token, which is masked anew each time."""
    return re.sub(r'value="\w{64}"', "", str(cell))


def test_every_list_has_the_cells_of_the_library(everyone):
    with_rows = []
    for one in (one for one in all_routes().values() if one.is_list):
        table = everyone.get(reverse(one.name, args=["enterprises" for _ in one.args])).context["table"]
        found = [plain(cell) for cells in grid_of(table).rows for cell in cells]
        kept = {column.name for column in grid_of(table).columns}
        theirs = [plain(cell) for row in table.paginated_rows for column, cell in row.items() if column.name in kept]
        assert found == theirs, one.name
        with_rows += [one.name] if found else []
    assert len(with_rows) >= 7, with_rows


class Column:
    header = 'A "b"'

    def __init__(self, css: str | None = None) -> None:
        self.attrs = {"td": {"class": css}}


def drawn(rows: list[list], css: str | None = None) -> str:
    return Template("{{ grid.body }}").render(Context({"grid": Grid([Column(css), Column()], rows)}))


def test_a_code_that_heads_its_row_does_not_break():
    assert drawn([["MH-2026-00586", ""]], "tn nowrap").startswith('<tr><th scope="row" class="full tn nowrap">MH')


def test_what_data_say_is_text(reference):
    line = '<tr><th scope="row" class="full">&lt;b&gt;</th><td data-l="A &quot;b&quot;">&quot;&gt;&lt;i&gt;</td></tr>'
    assert drawn([["<b>", '"><i>']]) == line + "\n"


def test_a_cell_that_says_nothing_is_marked_and_numbers_are_told_in_vietnamese(reference):
    assert "data-none>–</td>" in drawn([["a", "–"]])
    assert ">12.345</td>" in drawn([["a", 12345]])


def test_a_column_that_says_nothing_on_the_page_is_left_out(everyone):
    table = everyone.get("/units/").context["table"]
    assert "valid_to" not in {column.name for column in grid_of(table).columns}
    ended = everyone.get("/units/", {"on": "01/01/2024", "sort": "valid_to"}).context["table"]
    assert "valid_to" in {column.name for column in grid_of(ended).columns}
    assert OrganisationUnit.objects.filter(valid_to__isnull=False).exists()
