"""The steps of every act: fill in, look at the preview, confirm. Only the last one writes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from apps.jobs.changing import OnceMixin
from apps.organisations.models import Reorganisation
from apps.reorganisations.forms.acts import ActForm
from apps.reorganisations.services.preview import preview_of
from apps.reorganisations.services.reorganisations import codes_after, record_reorganisation


class ActFormView(OnceMixin, PermissionRequiredMixin, FormView):
    """`kind`: the kind of act, in the subclass."""

    kind: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") == "confirm" and (made := self.made_before()):
            return HttpResponseRedirect(Reorganisation.objects.get(pk=made).get_absolute_url())
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: ActForm) -> HttpResponse:
        step = self.request.POST.get("step")
        if step == "edit":
            return self.render_to_response(self.get_context_data(form=form))
        try:
            if step == "confirm":
                return self._confirm(form)
            found = preview_of(form.to_plan(), by=self.request.user)
        except ValidationError as refusal:
            form.refused(refusal)
            return self.render_to_response(self.get_context_data(form=form))
        context = self.get_context_data(form=form, preview=found, document=form.cleaned_data["document"])
        context |= {
            "kind_label": found.kind_name,
            "results": list(zip(found.results, codes_after(found.plan), strict=True)),
        }
        return self.response_class(self.request, "reorganisations/reorganisation_preview.html", context)

    def form_invalid(self, form: ActForm) -> HttpResponse:
        form.add_refusals()
        return super().form_invalid(form)

    def _confirm(self, form: ActForm) -> HttpResponse:
        with transaction.atomic():
            made = self.once(
                form,
                lambda: record_reorganisation(
                    form.to_plan(), document=form.cleaned_data["document"], by=self.request.user
                ),
            )
        act = Reorganisation.objects.get(pk=made)
        is_planned = act.state == Reorganisation.State.PLANNED
        words = _("Đã ghi nhận, dự kiến có hiệu lực từ %(day)s.") if is_planned else _("Đã ghi nhận.")
        messages.success(self.request, words % {"day": f"{act.effective_on:%d/%m/%Y}"})
        return HttpResponseRedirect(act.get_absolute_url())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind_label=Reorganisation.Kind(self.kind).label, **kwargs)
