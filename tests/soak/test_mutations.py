"""Does the walk see what it is there to see? Rules are switched off one by one, and each time it must say so."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import django.contrib.auth as auth
import pytest
from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import FieldError, PermissionDenied
from django.db import transaction
from django.http import Http404
from django_filters import CharFilter

from apps.accounts.models import User
from apps.audit.middleware import RefusalMiddleware
from apps.core.views import ScopedMixin
from apps.dashboard.views import errors
from apps.enterprises import services as enterprise_services
from apps.enterprises.forms import EnterpriseUpdateForm
from apps.enterprises.models import Enterprise, EnterpriseQuerySet
from apps.enterprises.views.changes import EnterpriseRegisterView
from apps.enterprises.views.events import EventCorrectView
from apps.enterprises.views.lists import EnterpriseListView
from apps.enterprises.views.records import EnterpriseDetailView
from apps.exchange.filters import ImportBatchFilter
from apps.exchange.models import ImportBatch
from apps.exchange.views.batches import ImportBatchErrorsView
from apps.exchange.views.dialogs import ImportBatchConfirmView
from apps.exchange.views.lists import ImportBatchListView
from apps.jobs.models import Job
from apps.jobs.views import JobListView, JobProgressView
from apps.notifications.adapter import MailAdapter
from apps.people.backends import MembershipBackend
from apps.people.models import Membership
from apps.people.scopes import TokenScopes
from apps.people.services import reviews as review_services
from apps.people.services import token_use
from apps.people.views.reviews import ReviewDecideView
from tests import bases
from tests.soak.portal import joined
from tests.walk import test_odd_values as odd_values
from tests.walk.places import OTHER_PROVINCE
from tests.walk.walker import Walk

Plant = Callable[[pytest.MonkeyPatch, Walk], None]


@dataclass(frozen=True)
class Fault:
    plant: Plant
    routes: tuple[str, ...]
    says: str  # a part of the words by which it must be told


FAULTS: dict[str, Fault] = {}


def fault(*routes: str, says: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        FAULTS[plant.__name__] = Fault(plant, routes, says)
        return plant

    return keep


# ── rows of others ──────────────────────────────────────────────────────────────────────────────────────────────────


@fault("exchange:importbatch_errors", says="leaks")
def unscoped_download(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(ImportBatchErrorsView, "get_queryset", lambda view: ImportBatch.objects.all())


@fault("enterprises:enterprise_list", says="leaks")
def unscoped_export(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    scoped = EnterpriseListView.get_queryset
    patch.setattr(
        EnterpriseListView,
        "get_queryset",
        lambda view: Enterprise.objects.all() if "export" in view.request.GET else scoped(view),
    )


@fault("dashboard:search", says="leaks")
def unscoped_search(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(EnterpriseQuerySet, "visible_to", lambda rows, user: rows)


@fault("jobs:job_progress", says="leaks")
def unscoped_detail(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(JobProgressView, "get_queryset", lambda view: Job.objects.all())


@fault("enterprises:enterprise_update", says="leaks")
def page_of_refusal_tells(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    secret = walk.world.get("enterprise", OTHER_PROVINCE)
    patch.setattr(errors, "_way_in", lambda request, row: {"owner": secret.name, "grantors": []})


@fault("enterprises:enterprise_detail", says="answers")
def existence_told(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    """403 for what exists, 404 for what does not."""
    scoped = ScopedMixin.get_object

    def get_object(view: Any, *args: Any) -> Any:
        try:
            return scoped(view, *args)
        except Http404:
            if view.queryset.model.objects.filter(pk=view.kwargs["pk"]).exists():
                raise PermissionDenied from None
            raise

    patch.setattr(ScopedMixin, "get_object", get_object)


# ── oracles ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("exchange:importbatch_list", says="hidden")
def filter_by_hidden_field(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    more = CharFilter(field_name="uploaded_by__email", lookup_expr="startswith")
    more.model = ImportBatch
    patch.setitem(ImportBatchFilter.base_filters, "uploaded_by__email__startswith", more)


@fault("jobs:job_list", says="hidden")
def nested_lookups(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    scoped = JobListView.get_queryset

    def get_queryset(view: Any) -> Any:
        rows = scoped(view)
        for name, value in view.request.GET.items():
            if "__" in name:
                with suppress(FieldError, ValueError):
                    rows = rows.filter(**{name: value})
        return rows

    patch.setattr(JobListView, "get_queryset", get_queryset)


@fault("exchange:importbatch_list", says="hidden")
def sort_by_hidden_field(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    scoped = ImportBatchListView.get_queryset

    def get_queryset(view: Any) -> Any:
        rows, asked = scoped(view), view.request.GET.get("ordering")
        return rows.order_by(asked) if asked else rows

    patch.setattr(ImportBatchListView, "get_queryset", get_queryset)


# ── doors left open ─────────────────────────────────────────────────────────────────────────────────────────────────


def _open_to(patch: pytest.MonkeyPatch, method: str) -> None:
    asks = PermissionRequiredMixin.has_permission
    patch.setattr(PermissionRequiredMixin, "has_permission", lambda view: view.request.method == method or asks(view))


@fault("jobs:job_list", "enterprises:enterprise_register", says="HEAD")
def head_open(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    _open_to(patch, "HEAD")


@fault("jobs:job_list", "enterprises:enterprise_register", says="OPTIONS")
def options_open(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    _open_to(patch, "OPTIONS")


@fault("enterprises:enterprise_register", says="answers")
def permission_not_asked(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(EnterpriseRegisterView, "has_permission", lambda view: True)


@fault("enterprises:enterprise_list", says="lacks enterprises.view_enterprise")
def right_lost(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    """Those too for whom another asks."""
    answer_of_rights(patch, False)


@fault("enterprises:enterprise_register", says="holds enterprises.add_enterprise")
def right_given_away(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    answer_of_rights(patch, True)


def answer_of_rights(patch: pytest.MonkeyPatch, answer: bool) -> None:
    """Whether one right is asked for, or several at once."""
    patch.setattr(User, "has_perm", lambda user, name: answer)
    patch.setattr(User, "has_perms", lambda user, names: answer)


@fault("enterprises:enterprise_list", says="half")
def half_signed_in_let_in(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    half, known = walk.actors["half"].user, auth.get_user
    patch.setattr(auth, "get_user", lambda request: half if "account_login" in request.session else known(request))


@fault("enterprises:enterprise_list", "dashboard:home", says="closed")
def closed_account_keeps_its_session(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(MembershipBackend, "get_user", lambda backend, pk: User.objects.filter(pk=pk).first())


@fault("enterprises:enterprise_register", says="without csrf token")
def form_without_token(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(walk.routes["enterprises:enterprise_register"].view, "csrf_exempt", True, raising=False)


@fault("account_login", says="leads away")
def open_redirect(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(MailAdapter, "is_safe_url", lambda adapter, url: True)


@fault("dashboard:dashboard", says="X-Frame-Options")
def frames_allowed(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(settings, "X_FRAME_OPTIONS", "SAMEORIGIN")


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("enterprises:enterprise_update", says="took the value sent")
def protected_field_taken(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    known = EnterpriseUpdateForm.facts
    patch.setattr(
        EnterpriseUpdateForm, "facts", lambda form: known(form) | {"created_at": f"{form.data['created_at']}T00:00Z"}
    )


@fault("exchange:importbatch_confirm", says="took the value sent")
def status_writable(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    known = ImportBatchConfirmView.act

    def act(view: Any, batch: ImportBatch, form: Any) -> None:
        known(view, batch, form)
        ImportBatch.objects.filter(pk=batch.pk).update(written_rows=view.request.POST["written_rows"])

    patch.setattr(ImportBatchConfirmView, "act", act)


@fault("people:review_decide", says="of the neighbour")
def bulk_by_foreign_ids(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    """Both walls: the page's choice of rows and the service's own question."""
    patch.setattr(
        ReviewDecideView,
        "ticked",
        lambda view: list(Membership.objects.filter(pk__in=view.request.POST.getlist("membership"))),
    )
    patch.setattr(review_services, "granting_of", lambda by: SimpleNamespace(require_end=lambda unit, role: None))


@fault("enterprises:programmeevent_correct", says="of the neighbour")
def moved_to_another_unit(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    known = EventCorrectView.get_form_kwargs
    everywhere = [(OTHER_PROVINCE, "Lâm Đồng")]
    patch.setattr(
        EventCorrectView,
        "get_form_kwargs",
        lambda view: (given := known(view)) | {"places": [*given["places"], *everywhere]},
    )
    patch.setattr(enterprise_services, "_check_place", lambda unit, on, by: None)


@fault("enterprises:enterprise_detail", says="wrote")
def read_that_writes(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    known = EnterpriseDetailView.get_context_data

    def get_context_data(view: Any, **kwargs: Any) -> Any:
        Enterprise.objects.filter(pk=view.object.pk).update(note="đã xem")
        return known(view, **kwargs)

    patch.setattr(EnterpriseDetailView, "get_context_data", get_context_data)


@fault("enterprises:enterprise_update", says="records nothing")
def audit_forgotten(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(enterprise_services, "record", lambda *args, **kwargs: None)


@fault("enterprises:enterprise_update", says="the audit says nothing")
def refusal_not_recorded(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(RefusalMiddleware, "write_down", lambda middleware, request, status: None)


@fault("jobs:job_list", says="permissions.yaml")
def route_not_in_the_matrix(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.delitem(walk.matrix.routes, "jobs:job_list")


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("unit-list", "task-detail", says="token without scope: answers")
def scopes_forgotten(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(TokenScopes, "has_permission", lambda scopes, request, view: True)


@fault("task-list", says="not 401")
def token_of_who_works_nowhere(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    patch.setattr(token_use, "hold_to", lambda user, *held: SimpleNamespace(units=("anywhere",)))


# ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def base(django_db_blocker) -> Iterator[None]:
    """A base of this run's own: the other tests here are joined to a running portal's."""
    own = SimpleNamespace(env=os.environ)
    with joined(own), django_db_blocker.unblock():
        bases.begin()
        yield


@pytest.fixture(scope="module")
def walk(base) -> Iterator[Walk]:
    with transaction.atomic():
        yield Walk()
        transaction.set_rollback(True)


def test_the_full_product(base, say):
    """Every route, person, object, method and state, those too that on every commit one person asks for all alike."""
    with transaction.atomic():  # before the others, whose one world stays until the last of them
        whole = Walk(thorough=True)
        found = whole.violations()
        say(f"the full product: {whole.sent} cells, {len(found)} violations")
        transaction.set_rollback(True)
    assert found == []


def test_no_page_and_no_form_breaks_on_any_odd_value(walk, say):
    """Every filter of every page and every field of every form, each alone with each of them."""
    asked = [
        cell
        for key in sorted(walk.routes)
        for method in ("GET", "POST")
        for plain in list(odd_values.cells(walk, key, method))[:1]
        for cell in odd_values.each_alone(plain)
    ]
    say(f"odd values: {len(asked)} requests")
    assert odd_values.faults(walk, asked) == []


def test_without_a_fault_the_walk_is_silent(walk):
    assert walk.violations(routes=sorted({route for one in FAULTS.values() for route in one.routes})) == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_walk_finds(walk, monkeypatch, say, name):
    planted = FAULTS[name]
    planted.plant(monkeypatch, walk)
    found = walk.violations(routes=planted.routes)
    assert any(planted.says in line for line in found), found[:5]
    say(f"{name}: {len(found)} violations, among them: {next(line for line in found if planted.says in line)}")
