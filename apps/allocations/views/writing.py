"""The numbers of a draft: the whole table as one form, one number as it is typed, and all of them by their shares."""

from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from apps.allocations.forms import ProposeForm, Typed, UploadForm, read_amounts
from apps.allocations.models import EDIT, Allocation
from apps.allocations.selectors import Row, sheet_of
from apps.allocations.services import field_of, fill_by_share, write_amounts
from apps.allocations.uploads import read_filled
from apps.allocations.views.acts import ActView
from apps.allocations.views.pages import BY_YEAR, AllocationView, page_of
from apps.core import limits
from apps.core.moves import WRONG_STATE, allowed
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number
from apps.core.views import ScopedMixin

STALE = {"stale", WRONG_STATE}


class DraftMixin(PermissionRequiredMixin, ScopedMixin, SingleObjectMixin):
    request: SignedInRequest
    permission_required = EDIT
    scope = "editable_by"
    queryset = AllocationView.queryset

    def write(self, allocation: Allocation, units: list[str]) -> tuple[Typed, int, int]:
        """What was typed, how much of it was written, and the status to answer with."""
        typed, count = read_amounts(self.request.POST, allocation, units), 0
        if typed.errors:
            return typed, 0, 422
        try:
            count = write_amounts(allocation, typed.entries, by=self.request.user)
        except ValidationError as refusal:
            typed.refuse(refusal)
            return typed, 0, 409 if _codes(refusal) & STALE else 422
        return typed, count, 200


class FillView(DraftMixin, View):
    """Without a script the table is one form."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allocation = self.get_object()
        units = list(allocation.portions.values_list("unit", flat=True))
        typed, count, status = self.write(allocation, units)
        if status != 200:
            context = page_of(allocation, request, typed=typed)
            return render(request, AllocationView.template_name, context, status=status)
        told = _("Đã ghi %(n)s số.") % {"n": number(count)} if count else _("Không có số nào thay đổi.")
        messages.success(request, told)
        kept = "?by=year" if request.GET.get("by") == BY_YEAR else ""
        return redirect(allocation.get_absolute_url() + kept)


class CellView(DraftMixin, View):
    """One number as it is typed: its row comes back, with the sums, the bars and the points to look at."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allocation, unit = self.get_object(), self.kwargs["unit"]
        if not allocation.portions.filter(unit=unit).exists():
            raise Http404
        typed, _count, status = self.write(allocation, [unit])
        if typed.errors.get(""):  # what is refused of the whole stands at the one number that was sent
            typed.errors[field_of(unit, self.kwargs.get("year"))] = typed.errors.pop("")
        context = page_of(allocation, request, typed=typed) | {"by_year": "year" in self.kwargs, "is_answer": True}
        sheet = context["sheet"]
        context["row"] = next(row for row in sheet.every if row.unit.id == unit)
        context["group"] = next((one for one in sheet.groups if context["row"] in one.rows), None)
        return render(request, "allocations/answer.html", context, status=status)


class SuggestView(ActView):
    """What the shares suggest, shown beside what stands there before it is written over."""

    permission_required = EDIT
    verb = "fill"
    form_class = ProposeForm
    template_name = "allocations/allocation_suggest.html"
    title = gettext_lazy("Điền lại theo đề xuất")
    submit = gettext_lazy("Ghi đè bằng số đề xuất")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = sheet_of(self.object)
        changes: list[Row] = [row for row in sheet.rows if row.given != row.suggestion]
        return super().get_context_data(sheet=sheet, changes=changes, **kwargs)

    def act(self, form: Any) -> Allocation:
        count = fill_by_share(self.object, by=self.request.user, seen=form.cleaned_data["seen"])
        messages.success(self.request, _("Đã ghi %(n)s số theo đề xuất.") % {"n": number(count)})
        return self.object


class UploadView(ActView):
    """The table's file, filled in: what it would change is shown, and is written by the table's own form."""

    is_about_file = True
    permission_required = EDIT
    form_class = UploadForm
    template_name = "allocations/allocation_upload.html"
    title = gettext_lazy("Nhập từ tệp Excel")
    submit = gettext_lazy("Tải lên và kiểm tra")

    def get_form_kwargs(self) -> dict[str, Any]:
        if "fill" not in allowed(self.object, self.request.user):
            raise Http404
        return super().get_form_kwargs()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with NamedTemporaryFile(suffix=".xlsx") as kept:
            for chunk in form.cleaned_data["file"].chunks():
                kept.write(chunk)
            kept.flush()
            try:
                filled = read_filled(kept.name, self.object)
            except ValidationError as refusal:
                form.refused(refusal)
                return self.refuse(form, is_conflict=False)
        return self.render_to_response(self.get_context_data(form=UploadForm(), filled=filled))


def _codes(refusal: ValidationError) -> set[str | None]:
    found = getattr(refusal, "error_dict", {"": [refusal]})
    return {one.code for errors in found.values() for one in errors}
