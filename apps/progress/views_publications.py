"""Two acts beside the versions of a period: their figures are made public, and taken back."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.core.moves import WRONG_STATE
from apps.core.views import ScopedMixin
from apps.documents.services import known_document
from apps.jobs.changing import ChangeFormView
from apps.targets import publishing
from apps.targets.forms import ClosingReasonForm, PublicationForm
from apps.targets.models import PeriodClosing, Publication
from apps.targets.publications import PUBLISH


class PublicationActView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    permission_required = PUBLISH
    template_name = "progress/publication_act.html"

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @property
    def closing(self) -> PeriodClosing:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.closing.get_absolute_url()
        return super().get_context_data(closing=self.closing, back_url=back, **kwargs)


class ClosingPublishView(PublicationActView):
    queryset = PeriodClosing.objects.select_related("period", "document")
    form_class = PublicationForm
    conflicts = frozenset({"stale"})
    title = gettext_lazy("Công bố số liệu đã chốt")
    submit = pgettext_lazy("nút", "Công bố")

    @property
    def closing(self) -> PeriodClosing:
        found: PeriodClosing = self.object
        return found

    def get_initial(self) -> dict[str, Any]:
        return {"document": self.closing.document}

    def get_form(self, form_class: Any = None) -> PublicationForm:
        form = super().get_form(form_class)
        form.fields["document"].offer_to(self.request.user)
        return form

    def act(self, form: PublicationForm) -> Publication:
        by, data = self.request.user, form.cleaned_data
        made = self.once(
            form,
            lambda: publishing.publish_closing(
                self.closing, document=known_document(data["document"], by=by), note=data["note"], by=by
            ),
        )
        words = _("Đã công bố số liệu kỳ %(period)s, phiên bản %(version)s.")
        messages.success(self.request, words % {"period": self.closing.period, "version": self.closing.version})
        return Publication.objects.select_related("closing__period").get(pk=made)


class PublicationWithdrawView(PublicationActView):
    queryset = Publication.objects.select_related("closing__period", "closing__document", "document")
    form_class = ClosingReasonForm
    conflicts = frozenset({WRONG_STATE})
    title = gettext_lazy("Rút công bố số liệu")
    submit = gettext_lazy("Rút công bố")

    @property
    def closing(self) -> PeriodClosing:
        found: PeriodClosing = self.object.closing
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(publication=self.object, **kwargs)

    def act(self, form: ClosingReasonForm) -> Publication:
        done = publishing.withdraw_publication(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã rút công bố. Bản lưu tạm ở nơi khác có thể còn hiển thị tối đa một giờ."))
        return done
