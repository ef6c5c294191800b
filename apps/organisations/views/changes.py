"""A form whose change is a service, for one unit: refusals stand at their fields."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.views.generic import FormView
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ScopedMixin
from apps.jobs.models import IdempotencyKey
from apps.jobs.services import claim_key, keep_response
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels


class OnceMixin:
    request: HttpRequest

    def once(self, form: Any, make: Callable[[], Model]) -> Any:
        """The key of the record made now, or by this form's twin. Inside the transaction that makes it."""
        claimed = claim_key(self._key(form.cleaned_data["key"]), by=self.request.user)
        if claimed.response is not None:
            return claimed.response["id"]
        made = make().pk
        keep_response(claimed, id=made)
        return made

    def made_before(self) -> Any:
        """What this very form has made already: by now its own entries may no longer be valid."""
        key = self.request.POST.get("key", "")
        if not key.isprintable():  # the database refuses such text, and the form says so
            return None
        sent = IdempotencyKey.objects.filter(key=self._key(key), user=self.request.user, response__isnull=False)
        kept = sent.values_list("response", flat=True).first()
        return kept["id"] if kept else None

    def _key(self, key: str) -> str:
        return f"{self.__class__.__name__}:{key}"


class ChangeFormView(OnceMixin, PermissionRequiredMixin, FormView):
    """A refusal stands at its field; one that says «what you looked at is no longer so» answers 409."""

    raise_exception = True
    template_name = "organisations/change_form.html"
    conflicts: frozenset[str] = frozenset()  # codes of such refusals

    def act(self, form: Any) -> Model:
        """Call the service; return the record whose page comes next."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                done = self.act(form)
        except ValidationError as refusal:
            form.refused(refusal)
            codes = {getattr(error, "code", "") for errors in form.errors.as_data().values() for error in errors}
            return self.render_to_response(
                self.get_context_data(form=form), status=409 if codes & self.conflicts else 200
            )
        return HttpResponseRedirect(done.get_absolute_url())


class UnitChangeView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    """A change of one unit in the person's scope."""

    scope = "editable_by"
    queryset = OrganisationUnit.objects.select_related("parent")
    context_object_name = "unit"

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_queryset(self) -> Any:
        return super().get_queryset().with_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        above = unit_labels().get(self.object.parent_id)
        return super().get_context_data(back_url=self.object.get_absolute_url(), above=above, **kwargs)
