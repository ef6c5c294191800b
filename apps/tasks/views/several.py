"""What is done with the tasks that were ticked in the list: the same change of all, copies of all for another year."""

import re
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from apps.jobs.several import MOST, SeveralFormView
from apps.tasks import moving
from apps.tasks.forms.several import BulkForm, CopyForm
from apps.tasks.models import PlanTask
from apps.tasks.services.bulk import Changes, change_tasks
from apps.tasks.services.copying import copies_of, copy_tasks, with_parts

_ONE = re.compile(r"([1-9]\d{0,17})(?:\.(\d{1,9}))?", re.ASCII)


class SeveralView(SeveralFormView):
    """`task`: the key of a task, as the list sends it, or key.version, as this page does. Out of sight: left out."""

    none_template = "tasks/none_chosen.html"

    @cached_property
    def versions(self) -> dict[int, int | None]:
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        found = [match for one in sent.getlist("task") if (match := _ONE.fullmatch(one))]
        return {int(match[1]): int(match[2]) if match[2] else None for match in found[:MOST]}

    @cached_property
    def tasks(self) -> list[PlanTask]:
        rows: Any = PlanTask.objects.visible_to(self.request.user).live().filter(pk__in=list(self.versions))
        return list(with_parts(rows).select_related("holder", "lead_unit", "framework_item").order_by("code"))

    @property
    def chosen(self) -> list[PlanTask]:
        return self.tasks

    @property
    def back_url(self) -> str:
        return reverse("tasks:plantask_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"tasks": self.tasks, "by": self.request.user}

    def told(self) -> dict[str, Any]:
        return super().told() | {"tasks": self.tasks}


class BulkChangeView(SeveralView):
    permission_required = moving.PREPARE
    template_name = "tasks/plantask_bulk.html"
    outcome_template = "tasks/plantask_bulk_done.html"
    changed = "done"
    form_class = BulkForm
    title = gettext_lazy("Sửa nhiều nhiệm vụ cùng lúc")
    submit = gettext_lazy("Lưu cho các nhiệm vụ đã chọn")

    def act(self, form: BulkForm) -> dict[str, Any]:
        data = form.cleaned_data
        changes = Changes(data["holder"], data["due_on"])
        seen = {pk: version for pk, version in self.versions.items() if version is not None}
        outcome = change_tasks(self.tasks, changes, by=self.request.user, versions=seen)
        return {
            "done": [_named(task) for task in outcome.done],
            "refused": [{**_named(task), "why": words} for task, words in outcome.refused],
        }


class CopyView(SeveralView):
    """The preview comes with the page; another year asks for it anew."""

    permission_required = "tasks.add_plantask"
    template_name = "tasks/plantask_copy.html"
    outcome_template = "tasks/plantask_copy_done.html"
    changed = "made"
    form_class = CopyForm
    title = gettext_lazy("Sao chép nhiệm vụ sang năm khác")

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.year}

    @cached_property
    def year(self) -> int:
        """The one that is asked for, else the one after the latest of the chosen."""
        asked = self.request.GET.get("year", "")
        latest = max((task.year for task in self.tasks), default=0)
        return int(asked) if re.fullmatch(r"20\d\d", asked, re.ASCII) else latest + 1

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        copies = copies_of(self.tasks, self.year, by=self.request.user)
        ready = sum(copy.draft is not None for copy in copies)
        return super().get_context_data(copies=copies, ready=ready, year=self.year, **kwargs)

    def act(self, form: CopyForm) -> dict[str, Any]:
        copies = copy_tasks(self.tasks, form.cleaned_data["year"], by=self.request.user)
        return {
            "year": form.cleaned_data["year"],
            "made": [{**_named(copy.source), "new": _named(copy.made)} for copy in copies if copy.draft and copy.made],
            "there": [{**_named(one.source), "new": _named(one.made)} for one in copies if one.made and not one.draft],
            "refused": [{**_named(copy.source), "why": copy.why_not} for copy in copies if copy.why_not],
        }


def _named(task: PlanTask) -> dict[str, str]:
    return {"code": task.code, "title": task.title, "url": task.get_absolute_url()}
