from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.views import TableView
from apps.tasks.filters import PlanTaskFilter
from apps.tasks.models import PlanTask
from apps.tasks.tables import PlanTaskTable


class PlanTaskListView(TableView):
    permission_required = "tasks.view_plantask"
    queryset = PlanTask.objects.live().select_related("framework_item")
    filterset_class = PlanTaskFilter
    table_class = PlanTaskTable
    export_name = "nhiem-vu"
    title = _("Nhiệm vụ")
    noun = _("nhiệm vụ")
    empty_title = _("Chưa có nhiệm vụ")

    def get_queryset(self) -> Any:
        return super().get_queryset().with_timeliness()
