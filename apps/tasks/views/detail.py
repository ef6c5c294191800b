from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.views.generic import DetailView

from apps.core.views import ScopedMixin
from apps.tasks.models import PlanTask


class PlanTaskDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "tasks.view_plantask"
    raise_exception = True
    queryset = PlanTask.objects.live().select_related("framework_item", "lead_unit")
    slug_field = "code__iexact"
    slug_url_kwarg = "code"
    template_name = "tasks/plantask_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.object.title, **kwargs)
