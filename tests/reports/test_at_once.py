"""Several people at the same moment: no total wrong, no cell lost, one transition. `make soak` does it more often."""

import pytest

from apps.organisations.models import OrganisationUnit
from apps.progress.services import recompute_source
from apps.reports.models import FormVersion
from apps.reports.services import moves
from apps.reports.services.accepting import SOURCE
from apps.reports.services.forms import copy_form
from tests.at_once import at_once
from tests.factories.reports import open_round, report_of
from tests.people.people import person
from tests.reports.at_one_moment import Acceptances, offices_of
from tests.reports.written_at_once import by_page, by_service, edited_at_once, editors_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_many_write_at_once_is_all_there_or_told_as_a_conflict(editor, report):
    moves.start(report, by=editor)
    logs = edited_at_once(report, editors_of(report, 8), by_service(report), times=2)
    assert sum(len(log.conflicts) for log in logs) >= 7


def test_who_types_over_a_colleague_is_shown_both_values(editor, report, signed_in):
    moves.start(report, by=editor)
    editors = editors_of(report, 4)
    clients = {one: signed_in(one) for one in editors}
    logs = edited_at_once(report, editors, by_page(report, clients), times=1)
    assert sum(len(log.conflicts) for log in logs) >= 3


def test_of_a_form_that_several_copy_at_once_there_is_one_draft(officer):
    form = FormVersion.objects.get(audience="province", number=1)
    gifts = at_once([lambda: copy_form(form, by=officer)] * 3)
    assert sorted(getattr(one, "code", "made") for one in gifts) == ["draft_there", "draft_there", "made"], gifts
    assert FormVersion.objects.filter(audience="province", issued_at=None).count() == 1


def test_of_acceptances_at_once_each_counts_once_and_all_add_up(officer):
    made = open_round(officer)
    units = OrganisationUnit.objects.filter(kind="province", valid_to=None).order_by("pk")[:3]
    one, two, three = offices_of([report_of(made, unit.pk) for unit in units])
    second = person("Chuyên viên khác", "programme_officer", "UBTDC")
    acceptances = Acceptances(officer, second, lambda: at_once([lambda: recompute_source(SOURCE)] * 2))
    acceptances.of_two_reports(one, two, times=3)
    acceptances.of_one_report(three, times=3)
