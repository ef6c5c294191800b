from django.urls import path

from apps.tasks import converters  # noqa: F401 - names the converter of the paths below
from apps.tasks.views import detail, lists, plan, statistics

app_name = "tasks"
_task = "tasks/<code:code>/"
urlpatterns = [
    path("plan/", plan.PlanView.as_view(), name="frameworkitem_list"),
    path("plan/<slug:plan_list>/<code:number>/", plan.PlanItemView.as_view(), name="frameworkitem_detail"),
    path("tasks/", lists.PlanTaskListView.as_view(), name="plantask_list"),
    path("tasks/statistics/", statistics.StatisticsView.as_view(), name="statistics"),
    path(_task, detail.PlanTaskDetailView.as_view(), name="plantask_detail"),
]
