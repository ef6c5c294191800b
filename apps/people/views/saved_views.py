"""Filters of lists that a person keeps under a name."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView, View
from django.views.generic.detail import SingleObjectMixin

from apps.core.request import SignedInRequest
from apps.core.views import OwnActMixin, ScopedMixin
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.people.forms import SavedViewForm
from apps.people.models import SavedView
from apps.people.saving import address_of, list_of, path_of, understood
from apps.people.services import saved_views as services
from apps.people.working_unit import working_unit


class SavedViewListView(ScopedMixin, ListView):
    """One's own; those that others share stand above their lists."""

    scope = "editable_by"
    queryset = SavedView.objects.select_related("shared_with")
    template_name = "people/savedview_list.html"
    title = gettext_lazy("Cách xem đã lưu")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown, labels = [], unit_labels()
        for row in context["object_list"]:
            found = list_of(row.page, self.request)
            if found is not None:
                shown.append((row, found.title, address_of(row), labels.get(row.shared_with_id or "")))
        return context | {"shown": shown}


class SavedViewAddView(OwnActMixin, View):
    """From a list, then back to it. The query is kept as the list's own filters understand it."""

    http_method_names = ["post"]
    request: SignedInRequest

    def post(self, request: SignedInRequest) -> HttpResponse:
        page = request.POST.get("page", "")
        query = understood(page, request, request.POST.get("query", ""))
        if query is None:
            raise Http404
        form = SavedViewForm(request.POST, units=_units_of(request))
        if form.is_valid():
            try:
                services.save_view(page, query, **form.facts(), by=request.user)
                messages.success(request, _("Đã lưu cách xem “%(name)s”.") % {"name": form.cleaned_data["name"]})
            except ValidationError as refusal:
                form.refused(refusal)
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
        return HttpResponseRedirect(f"{path_of(page)}?{query}" if query else path_of(page))


class SavedViewChangeView(OwnActMixin, ScopedMixin, SingleObjectMixin, ChangeFormView):
    permission_required = ()
    scope = "editable_by"
    queryset = SavedView.objects.all()
    form_class = SavedViewForm
    template_name = "people/savedview_form.html"
    title = gettext_lazy("Sửa cách xem")
    submit = gettext_lazy("Lưu")

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"units": _units_of(self.request, self.object.shared_with_id)}

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name, "shared_with": self.object.shared_with_id or ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=self.object.get_absolute_url(), **kwargs)

    def act(self, form: Any) -> SavedView:
        changed = services.change_view(self.object, **form.facts(), by=self.request.user)
        messages.success(self.request, _("Đã lưu."))
        return changed


class SavedViewDeleteView(OwnActMixin, ScopedMixin, SingleObjectMixin, View):
    http_method_names = ["post"]
    scope = "editable_by"
    queryset = SavedView.objects.all()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = self.get_object()
        services.delete_view(view, by=self.request.user)
        messages.success(request, _("Đã xóa cách xem “%(name)s”.") % {"name": view.name})
        return HttpResponseRedirect(reverse("people:savedview_list"))


def _units_of(request: SignedInRequest, now: str | None = None) -> list[str]:
    """With whom it may be shared: the unit one works for; that it is shared with another already stays possible."""
    return [unit for unit in dict.fromkeys((working_unit(request), now)) if unit]
