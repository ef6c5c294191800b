from django.urls import path

from apps.tasks import converters  # noqa: F401 - names the converter of the paths below
from apps.tasks.views import detail, lists, plan, statistics, tasklists, yearly

app_name = "tasks"
_task = "tasks/<code:code>/"
_list = "task-lists/<int:pk>/"
urlpatterns = [
    path("plan/", plan.PlanView.as_view(), name="frameworkitem_list"),
    path("plan/<slug:plan_list>/<code:number>/", plan.PlanItemView.as_view(), name="frameworkitem_detail"),
    path("tasks/", lists.PlanTaskListView.as_view(), name="plantask_list"),
    path("tasks/statistics/", statistics.StatisticsView.as_view(), name="statistics"),
    path("tasks/statistics/tasks/", statistics.CountedTasksView.as_view(), name="statistics_tasks"),
    path("tasks/yearly/", yearly.YearlyTasksView.as_view(), name="yearly"),
    path(_task, detail.PlanTaskDetailView.as_view(), name="plantask_detail"),
    path("task-lists/", tasklists.TaskListListView.as_view(), name="tasklist_list"),
    path("task-lists/new/", tasklists.TaskListAddView.as_view(), name="tasklist_add"),
    path(_list, tasklists.TaskListDetailView.as_view(), name="tasklist_detail"),
    path(f"{_list}fill/", tasklists.TaskListFillView.as_view(), name="tasklist_fill"),
    path(f"{_list}entries/<int:entry>/take-off/", tasklists.TaskListTakeOffView.as_view(), name="tasklist_take_off"),
    path(f"{_list}approve/", tasklists.TaskListApproveView.as_view(), name="tasklist_approve"),
    path(f"{_list}drop/", tasklists.TaskListDropView.as_view(), name="tasklist_drop"),
]
