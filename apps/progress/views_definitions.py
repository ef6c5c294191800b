"""The page on which the programme office writes the next version of a definition."""

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.views import ScopedMixin
from apps.documents.services import known_document
from apps.jobs.changing import ChangeFormView
from apps.progress.definitions import DEFINE, define_indicator, kinds_of
from apps.progress.forms_definitions import DefinitionForm
from apps.targets.models import Indicator, IndicatorDefinition


class DefinitionAddView(ScopedMixin, ChangeFormView):
    queryset = Indicator.objects.all()
    permission_required = DEFINE
    form_class = DefinitionForm
    template_name = "progress/definition_form.html"
    title = gettext_lazy("Định nghĩa mới")
    submit = gettext_lazy("Ghi phiên bản mới")
    conflicts = frozenset({"stale"})

    def get_queryset(self) -> Any:
        return Indicator.objects.visible_to(self.request.user)

    @cached_property
    def indicator(self) -> Indicator:
        return get_object_or_404(self.get_queryset(), code__iexact=self.kwargs["code"])

    @cached_property
    def last(self) -> IndicatorDefinition | None:
        return self.indicator.definitions.select_related("legal_basis").last()

    def get_initial(self) -> dict[str, Any]:
        last = self.last
        if last is None:
            return {"version": 1}
        kinds = last.kinds or list(kinds_of(self.indicator))
        return {"version": last.version + 1, "text": last.text, "kinds": kinds}

    def get_form(self, form_class: Any = None) -> DefinitionForm:
        form = super().get_form(form_class)
        form.fields["document"].offer_to(self.request.user)
        form.offer(kinds_of(self.indicator))
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"indicator": self.indicator, "last": self.last, "kinds": kinds_of(self.indicator)}
        return super().get_context_data(**context, back_url=self.indicator.get_absolute_url(), **kwargs)

    def act(self, form: DefinitionForm) -> IndicatorDefinition:
        by, data = self.request.user, form.cleaned_data
        made = self.once(
            form,
            lambda: define_indicator(
                self.indicator, text=data["text"], kinds=data.get("kinds", []), valid_from=data["valid_from"],
                document=known_document(data["document"], by=by), by=by, version=data["version"],
            ),
        )  # fmt: skip
        found = IndicatorDefinition.objects.select_related("indicator").get(pk=made)
        words = _("Đã ghi định nghĩa %(code)s, phiên bản %(version)s. Số liệu được tính lại.")
        messages.success(self.request, words % {"code": found.indicator.code, "version": found.version})
        return found
