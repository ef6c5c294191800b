from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.tabs import Tab
from apps.core.views import TableView
from apps.people.rights import units_with
from apps.people.working_unit import working_unit
from apps.tasks import moving
from apps.tasks.filters import PlanTaskFilter, own_units
from apps.tasks.models import PlanTask
from apps.tasks.tables import PlanTaskData, PlanTaskTable


class PlanTaskListView(TableView):
    """Its tabs lead to the same list at a filter; what each person keeps stands beside them."""

    permission_required = "tasks.view_plantask"
    queryset = PlanTask.objects.live()
    filterset_class = PlanTaskFilter
    table_class = PlanTaskTable
    data_class = PlanTaskData
    template_name = "tasks/plantask_list.html"
    export_name = "nhiem-vu"
    chooses_columns = True
    saves_views = True
    tabs = (
        Tab(_("Của đơn vị tôi"), "role=lead"),
        Tab(_("Quá hạn"), "timeliness=open_overdue"),
        Tab(_("Sắp đến hạn"), "timeliness=due_soon"),
        Tab(_("Chờ tôi xử lý"), "waiting=me"),
    )
    title = _("Nhiệm vụ")
    noun = _("nhiệm vụ")
    empty_title = _("Chưa có nhiệm vụ")
    no_match_title = _("Không có nhiệm vụ nào khớp bộ lọc")

    @property
    def empty_text(self) -> str | Promise:
        if self.request.user.has_perm("tasks.add_plantask"):
            return _("Chọn một hạng mục của kế hoạch rồi đề xuất nhiệm vụ.")
        return _("Nhiệm vụ được xem theo đơn vị chủ trì, phối hợp và phê duyệt.")

    @property
    def writes(self) -> bool:
        return self.request.user.has_perm(moving.PREPARE)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        user = self.request.user
        scope = units_with(user, self.permission_required)
        acting = units_with(user, moving.PREPARE)
        own = acting if acting.ids else scope  # who prepares for one unit and reads another's means the first
        told = {"user": user, "scope": scope, "mine": own_units(own, working_unit(self.request))}
        return super().get_filterset_kwargs(filterset_class) | told

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"ticks": self.writes}
