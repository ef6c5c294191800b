from django.urls import path

from apps.tasks import converters  # noqa: F401 - names the converter of the paths below
from apps.tasks.views import choices, detail, lists, plan, several, writing

app_name = "tasks"
_task = "tasks/<code:code>/"
urlpatterns = [
    path("plan/", plan.PlanView.as_view(), name="frameworkitem_list"),
    path("plan/choices/", choices.FrameworkItemChoicesView.as_view(), name="frameworkitem_choices"),
    path("plan/<slug:plan_list>/<code:number>/", plan.PlanItemView.as_view(), name="frameworkitem_detail"),
    path("tasks/", lists.PlanTaskListView.as_view(), name="plantask_list"),
    path("tasks/new/", writing.PlanTaskAddView.as_view(), name="plantask_add"),
    path("tasks/choices/", choices.PlanTaskChoicesView.as_view(), name="plantask_choices"),
    path("tasks/bulk/", several.BulkChangeView.as_view(), name="plantask_bulk"),
    path("tasks/copy/", several.CopyView.as_view(), name="plantask_copy"),
    path(_task, detail.PlanTaskDetailView.as_view(), name="plantask_detail"),
    path(f"{_task}edit/", writing.PlanTaskChangeView.as_view(), name="plantask_change"),
    path(f"{_task}withdraw/", writing.PlanTaskWithdrawView.as_view(), name="plantask_withdraw"),
]
