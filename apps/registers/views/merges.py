"""Records that may be one: found, set beside each other, merged, and parted again. Of every register alike."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from apps.core import limits
from apps.core.request import SignedInRequest
from apps.jobs.changing import ChangeFormView
from apps.registers.filters import DuplicatesFilter
from apps.registers.forms import MergeForm, PartForm
from apps.registers.merging import services
from apps.registers.merging.finding import MOST, loaded, pairs_for
from apps.registers.merging.subject import Subject, subject_of
from apps.registers.models import RegisterMerge

PER_PAGE = 20


class SubjectMixin:
    """`self.subject`: the register that the path names, if its records can be merged; else there is no such page."""

    subject: Subject
    request: SignedInRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        subject = subject_of(kwargs["register"])
        if subject is None:
            raise Http404
        self.subject = subject

    @classmethod
    def permission_in(cls, register: str, **_more: Any) -> str:
        subject = subject_of(register)
        return subject.permission if subject else ""

    def get_permission_required(self) -> tuple[str, ...]:
        return (self.subject.permission,)

    def get_queryset(self) -> Any:
        """Those that are the person's to change."""
        return self.subject.model._default_manager.editable_by(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {"subject": self.subject, "list_url": self.subject.list_url()}
        return super().get_context_data(**told, **kwargs)  # type: ignore[misc]


class DuplicatesView(SubjectMixin, PermissionRequiredMixin, TemplateView):
    template_name = "registers/duplicates.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("q", "").strip():
            limits.check("search", request)
        response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    def get_template_names(self) -> list[str]:
        is_part = self.request.htmx and not self.request.htmx.boosted
        return [f"{self.template_name}#table" if is_part else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filterset = DuplicatesFilter(self.request.GET, queryset=self.subject.model._default_manager.none())
        text = filterset.form.cleaned_data["q"] if filterset.form.is_valid() else ""
        found = pairs_for(self.subject, self.request.user, text)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        shown = [
            (one, [(row, self.subject.label(row), self._told(row)) for row in (one.one, one.other) if row is not None])
            for one in loaded(self.subject, list(page.object_list))
        ]
        told = {"page": page, "shown": shown, "is_capped": len(found) == MOST, "filter": filterset}
        return super().get_context_data(**told, **kwargs)

    def _told(self, row: Any) -> str:
        """What tells it from the other one."""
        named = [one.words(row) for one in self.subject.facets if one.name in ("unit", "body", "address")]
        return " · ".join(filter(None, named))


class MergeView(SubjectMixin, ChangeFormView):
    """Which two, the address says: `kept` stays, `gone` goes."""

    template_name = "registers/merge.html"
    form_class = MergeForm
    title = gettext_lazy("Gộp hai bản ghi")
    conflicts = frozenset({"stale", "withdrawn", "unique", "clash"})

    @cached_property
    def records(self) -> tuple[Any, Any]:
        if self.kwargs["kept"] == self.kwargs["gone"]:
            raise Http404
        kept, gone = (get_object_or_404(self.get_queryset(), pk=self.kwargs[name]) for name in ("kept", "gone"))
        return kept, gone

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for row in self.records:
            if row.withdrawn_at is not None:
                messages.error(request, _("Dòng này đã được rút khỏi sổ."))
                return HttpResponseRedirect(row.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        if made := self.made_before():
            kept = RegisterMerge.objects.get(pk=made).kept_id
            return HttpResponseRedirect(self.get_queryset().get(pk=kept).get_absolute_url())
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kept, gone = self.records
        return super().get_form_kwargs() | {"subject": self.subject, "kept": kept, "gone": gone}

    def act(self, form: MergeForm) -> Any:
        kept, gone = self.records
        by, data, note = self.request.user, form.cleaned_data, self.subject.days([kept, gone])
        seen = data["kept_seen"], data["gone_seen"]
        self.once(form, lambda: services.merge_rows(kept, gone, form.taken(), data["reason"], by=by, seen=seen))
        if note:
            messages.warning(self.request, note)
        messages.success(self.request, _("Đã gộp hai bản ghi. %(counting)s") % {"counting": self.counting})
        return kept

    @property
    def counting(self) -> str:
        return _("Số liệu %(code)s đang được tính lại.") % {"code": self.subject.feeds} if self.subject.feeds else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        kept, gone = self.records
        form = context["form"]
        taken = services.taken_by_default(self.subject, kept, gone)
        if form.is_bound:
            taken = form.taken()
        preview = services.rehearse(self.subject, kept, gone, taken, by=self.request.user)
        swapped = reverse("registers:rows_merge", args=[self.subject.slug, gone.pk, kept.pk])
        return context | {
            "kept": kept, "gone": gone, "names": [self.subject.label(one) for one in (kept, gone)],
            "rows": form.rows(), "days": settings.REGISTER_PARTING_DAYS, "preview": preview, "swapped": swapped,
            "note": self.subject.days([kept, gone]),
            "back_url": reverse("registers:duplicates", args=[self.subject.slug]),
        }  # fmt: skip


class PartView(SubjectMixin, ChangeFormView):
    template_name = "registers/part.html"
    form_class = PartForm
    title = gettext_lazy("Tách lại hai bản ghi đã gộp")
    conflicts = frozenset({"not_parted", "unique"})

    @cached_property
    def merge(self) -> RegisterMerge:
        merges = RegisterMerge.objects.filter(kind=self.subject.kind, kept_id__in=self.get_queryset().values("pk"))
        return get_object_or_404(merges, pk=self.kwargs["pk"])

    @cached_property
    def kept(self) -> Any:
        return self.get_queryset().get(pk=self.merge.kept_id)

    def act(self, form: PartForm) -> Any:
        by, reason = self.request.user, form.cleaned_data["reason"]
        services.part_rows(self.merge, reason, by=by)
        messages.success(self.request, _("Đã tách lại thành hai bản ghi, mọi giá trị trở lại như trước khi gộp."))
        if note := self.subject.days([self.kept]):
            messages.warning(self.request, note)
        return self.kept

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        gone = self.subject.model._default_manager.get(pk=self.merge.gone_id)
        why = services.why_not_parted(self.subject, self.merge, self.kept, gone, self.request.user)
        back = self.kept.get_absolute_url()
        return super().get_context_data(merge=self.merge, kept=self.kept, why=why, back_url=back, **kwargs)
