from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView

from apps.core.views import ScopedMixin
from apps.framework.models import FrameworkItem


class PlanView(PermissionRequiredMixin, ScopedMixin, ListView):
    permission_required = "framework.view_frameworkitem"
    raise_exception = True
    queryset = FrameworkItem.objects.all()
    template_name = "tasks/plan.html"
    title = _("Kế hoạch triển khai Đề án 996")


class PlanItemView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "framework.view_frameworkitem"
    raise_exception = True
    queryset = FrameworkItem.objects.all()
    template_name = "tasks/plan_item.html"

    def get_object(self, *args: Any) -> FrameworkItem:
        named = {"list": self.kwargs["plan_list"], "number": self.kwargs["number"]}
        return get_object_or_404(self.get_queryset(), **named)
