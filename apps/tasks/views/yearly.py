"""Making the tasks of a year out of the plan's items: a preview first, then drafts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from apps.core.request import SignedInRequest
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks.forms.lists import YearForm
from apps.tasks.services.yearly import Planned, generate, planned_of_list_a, planned_of_unit

LIST_A = "A"
ADD = "tasks.add_plantask"


class YearlyTasksView(PermissionRequiredMixin, TemplateView):
    request: SignedInRequest
    permission_required = ADD
    template_name = "tasks/yearly.html"
    title = gettext_lazy("Sinh nhiệm vụ của năm từ kế hoạch")

    def post(self, request: HttpRequest) -> HttpResponse:
        """What is ticked, of what is not there yet."""
        form = self._form()
        planned = self._planned(form)
        wanted = set(request.POST.getlist("item"))
        try:
            made = generate([one for one in planned if one.item.pk in wanted], by=self.request.user)
        except ValidationError as refusal:
            for words in refusal.messages:
                messages.error(request, words)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, _("Đã sinh %(n)s nhiệm vụ ở trạng thái Bản nháp.") % {"n": len(made)})
        return redirect(f"{reverse('tasks:plantask_list')}?state=draft")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self._form()
        planned = self._planned(form)
        fresh = sum(one.task is None for one in planned)
        return super().get_context_data(form=form, planned=planned, fresh=fresh, **kwargs)

    def _form(self) -> YearForm:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return YearForm(asked if "year" in asked else None, units=choices_of(self.request))

    def _planned(self, form: YearForm) -> list[Planned]:
        if "unit" in form.data and form.data["unit"] not in dict(form.fields["unit"].choices):
            raise Http404  # another unit's
        if not form.is_bound or not form.is_valid():
            return []
        year, unit = int(form.cleaned_data["year"]), form.cleaned_data["unit"]
        try:
            if unit == LIST_A:
                return planned_of_list_a(year)
            return planned_of_unit(OrganisationUnit.objects.get(pk=unit), year)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return []


def choices_of(request: SignedInRequest) -> list[tuple[str, str]]:
    """List A for the programme office; list B for each ministry or province that the person may write for."""
    scope, labels = units_with(request.user, ADD), unit_labels()
    kinds = OrganisationUnit.REPORTING_KINDS
    own = [labels[pk] for pk in scope.ids if pk in labels and labels[pk].kind in kinds and labels[pk].ended_on is None]
    found = [
        (one.id, _("Danh mục B – %(unit)s") % {"unit": one.short_name}) for one in sorted(own, key=lambda o: o.sort)
    ]
    return ([(LIST_A, _("Danh mục A – Ủy ban TĐC, Bộ KH&CN"))] if scope.everything else []) + found
