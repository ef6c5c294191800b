"""A form whose change is a service: refusals stand at their fields, and sent twice it changes once."""

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse, HttpResponseRedirect
from django.views.generic import FormView

from apps.core.request import SignedInRequest
from apps.jobs.models import IdempotencyKey
from apps.jobs.services import claim_key, keep_response


class HasPage(Protocol):
    """A record with a page of its own."""

    def get_absolute_url(self) -> str: ...


class OnceMixin:
    request: SignedInRequest

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

    template_name = "layouts/form.html"
    conflicts: frozenset[str] = frozenset()  # codes of such refusals

    def act(self, form: Any) -> HasPage:
        """Call the service; return the record whose page comes next."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                done = self.act(form)
        except ValidationError as refusal:
            form.refused(refusal)
            codes = {getattr(error, "code", "") for errors in form.errors.as_data().values() for error in errors}
            return self.refuse(form, is_conflict=bool(codes & self.conflicts))
        return HttpResponseRedirect(done.get_absolute_url())

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=409 if is_conflict else 200)
