"""Versions of the report form: to read, and, of a copy, to change until it is issued."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, ListView
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ActionView, ScopedMixin
from apps.jobs.changing import ChangeFormView
from apps.reports.forms.versions import CellAddForm, CellForm, RuleForm
from apps.reports.models import FormBlock, FormCell, FormRule, FormVersion
from apps.reports.services import forms
from apps.reports.services.forms import CHANGE, EDITED, TYPED


class VersionMixin(ScopedMixin):
    kwargs: dict[str, Any]
    permission_required = CHANGE
    scope = "editable_by"
    model = FormVersion

    def get_object(self, *args: Any) -> FormVersion:
        rows = self.get_queryset().filter(audience=self.kwargs["audience"], number=self.kwargs["number"])
        found: FormVersion | None = rows.first()
        if found is None:
            raise Http404
        return found


class FormListView(VersionMixin, PermissionRequiredMixin, ListView):
    template_name = "reports/formversion_list.html"
    context_object_name = "versions"


class FormDetailView(VersionMixin, PermissionRequiredMixin, DetailView):
    template_name = "reports/formversion_detail.html"
    context_object_name = "version"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.object
        rows = version.sections.order_by("position").prefetch_related("blocks__cells__indicator")
        return super().get_context_data(
            sections=rows, rules=_rules_of(version), may_change=not version.is_issued, layouts=TYPED, **kwargs
        )


def _rules_of(version: FormVersion) -> list[tuple[FormRule, str]]:
    """Each with the codes of the cells it compares with."""
    codes = dict(version.cells.values_list("key", "code"))
    rules = version.rules.select_related("cell").order_by("cell__block__section__position", "cell__position", "pk")
    return [(rule, ", ".join(codes.get(key, key) for key in rule.others)) for rule in rules]


class VersionActView(VersionMixin, ActionView):
    """A button of the version's page."""


class FormCopyView(VersionActView):
    made: FormVersion | None = None

    def act(self, obj: FormVersion) -> None:
        self.made = forms.copy_form(obj, by=self.request.user)
        messages.success(self.request, _("Đã sao thành phiên bản mới. Sửa xong thì ban hành."))

    def get_success_url(self, obj: FormVersion) -> str:
        return (self.made or obj).get_absolute_url()


class FormIssueView(VersionActView):
    def act(self, obj: FormVersion) -> None:
        forms.issue_form(obj, by=self.request.user)
        messages.success(self.request, _("Đã ban hành biểu mẫu. Kỳ báo cáo lập từ nay dùng phiên bản này."))


class OfCellView(VersionActView):
    """Of one cell of the version."""

    def cell(self, obj: FormVersion) -> FormCell:
        found: FormCell | None = obj.cells.filter(code=self.kwargs["code"]).first()
        if found is None:
            raise Http404
        return found

    def get_success_url(self, obj: FormVersion) -> str:
        return f"{obj.get_absolute_url()}#o-{self.kwargs['code']}"


class CellMoveView(OfCellView):
    direction = 1

    def act(self, obj: FormVersion) -> None:
        forms.move_cell(obj, self.cell(obj), self.direction, by=self.request.user)


class CellRetireView(OfCellView):
    def act(self, obj: FormVersion) -> None:
        forms.retire_cell(obj, self.cell(obj), by=self.request.user)
        messages.success(self.request, _("Đã bỏ ô khỏi phiên bản này."))


class RuleRemoveView(OfCellView):
    def act(self, obj: FormVersion) -> None:
        rule = self.cell(obj).rules.filter(pk=self.kwargs["pk"]).first()
        if rule is None:
            raise Http404
        forms.remove_rule(obj, rule, by=self.request.user)
        messages.success(self.request, _("Đã bỏ quy tắc."))


class VersionFormView(VersionMixin, SingleObjectMixin, ChangeFormView):
    template_name = "reports/formversion_form.html"
    conflicts = frozenset({"issued", "gone"})

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @cached_property
    def cell(self) -> FormCell:
        found: FormCell | None = self.object.cells.filter(code=self.kwargs["code"]).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.is_issued:
            messages.warning(request, _("Biểu mẫu đã ban hành, không sửa được. Sao thành phiên bản mới rồi sửa."))
            return redirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cell = self.cell if "code" in self.kwargs else None
        return super().get_context_data(
            version=self.object, cell=cell, back_url=self.object.get_absolute_url(), **kwargs
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.refuse(form, is_conflict=False)

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=409 if is_conflict else 422)


class CellChangeView(VersionFormView):
    form_class = CellForm
    title = gettext_lazy("Sửa ô của biểu mẫu")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.cell, name) for name in EDITED}

    def act(self, form: CellForm) -> FormVersion:
        forms.change_cell(self.object, self.cell, form.changes, by=self.request.user)
        messages.success(self.request, _("Đã lưu ô."))
        found: FormVersion = self.object
        return found


class CellAddView(VersionFormView):
    form_class = CellAddForm
    title = gettext_lazy("Thêm ô vào biểu mẫu")
    submit = gettext_lazy("Thêm ô")

    @cached_property
    def block(self) -> FormBlock:
        rows = FormBlock.objects.filter(section__form=self.object, pk=self.kwargs["block"]).select_related("section")
        found: FormBlock | None = rows.first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(block=self.block, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        _there = self.block
        return super().post(request, *args, **kwargs)

    def act(self, form: CellAddForm) -> FormVersion:
        self.once(form, lambda: forms.add_cell(self.object, self.block, form.facts, by=self.request.user))
        messages.success(self.request, _("Đã thêm ô."))
        found: FormVersion = self.object
        return found


class RuleAddView(VersionFormView):
    form_class = RuleForm
    title = gettext_lazy("Thêm quy tắc kiểm tra")
    submit = gettext_lazy("Thêm quy tắc")

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        _there = self.cell
        return super().post(request, *args, **kwargs)

    def act(self, form: RuleForm) -> FormVersion:
        self.once(form, lambda: forms.add_rule(self.object, self.cell, by=self.request.user, **form.given))
        messages.success(self.request, _("Đã thêm quy tắc."))
        found: FormVersion = self.object
        return found
