"""A change of many records that were chosen in a list: which, what is asked, and what came of each."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.generic import FormView

from apps.core.request import SignedInRequest
from apps.jobs.services import claim_key, keep_response

MOST = 200  # as many as a page of a list can show
_KEY = re.compile(r"[1-9]\d{0,17}", re.ASCII)


class SeveralFormView(PermissionRequiredMixin, FormView):
    """Sent twice the form changes once: what came of it is kept, and shown again."""

    request: SignedInRequest
    outcome_template: str
    none_template: str
    changed = "done"  # where the outcome names what was changed

    @property
    def chosen(self) -> Sequence[Any]:
        """Within the person's sight."""
        raise NotImplementedError

    @property
    def back_url(self) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chosen:
            return render(request, self.none_template, self.told())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.chosen else self.get(request)

    def told(self) -> dict[str, Any]:
        """What every page of it says."""
        return {"view": self, "back_url": self.back_url}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.told(), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                told = self._once(form, lambda: self.act(form))
                transaction.set_rollback(not told[self.changed])  # then nothing is kept of it either
        except ValidationError as refusal:
            form.refused(refusal)
            return self.form_invalid(form)
        return render(self.request, self.outcome_template, self.told() | {"outcome": told})

    def act(self, form: Any) -> dict[str, Any]:
        """What came of it, in words that can be kept."""
        raise NotImplementedError

    def _once(self, form: Any, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        claimed = claim_key(f"{self.__class__.__name__}:{form.cleaned_data['key']}", by=self.request.user)
        if claimed.response is not None:
            return dict(claimed.response)
        told = act()
        keep_response(claimed, **told)
        return told


class ChosenRowsView(SeveralFormView):
    """`row`: keys of rows of a list; or `all`: those at the filters of this address. Out of sight is 404."""

    template_name = "registers/rows_form.html"
    outcome_template = "registers/rows_done.html"
    none_template = "registers/rows_none.html"
    is_too_many = False

    def list_view(self) -> Any:
        """The view of the list, set up for this request."""
        raise NotImplementedError

    def in_sight(self) -> Any:
        """Rows that the person sees, in the order in which they are named."""
        raise NotImplementedError

    @cached_property
    def keys(self) -> list[int]:
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        if "all" not in sent:
            return [int(one) for one in dict.fromkeys(sent.getlist("row")) if _KEY.fullmatch(one)][:MOST]
        found = list(self.list_view().own_filters().qs.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        self.is_too_many = len(found) > MOST
        return [] if self.is_too_many else found  # which of too many would be by chance

    @cached_property
    def rows(self) -> list[Any]:
        found = list(self.in_sight().filter(pk__in=self.keys))
        if len(found) != len(self.keys):
            raise Http404
        return found

    @property
    def chosen(self) -> list[Any]:
        return self.rows

    def told(self) -> dict[str, Any]:
        return super().told() | {"most": MOST}
