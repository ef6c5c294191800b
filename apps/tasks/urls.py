from django.urls import path

from apps.tasks import converters  # noqa: F401 - names the converter of the paths below
from apps.tasks.views import (
    acts,
    choices,
    detail,
    lists,
    plan,
    several,
    statistics,
    tasklist_acts,
    tasklists,
    work,
    writing,
    yearly,
)

app_name = "tasks"
_task = "tasks/<code:code>/"
_list = "task-lists/<int:pk>/"
_moves = [path(f"{_task}{verb}/", view.as_view(), name=f"plantask_{verb}") for verb, view in acts.MOVES.items()]
_work = {
    "ask_extension": work.ExtensionAskView,
    "grant_extension": work.ExtensionGrantView,
    "refuse_extension": work.ExtensionRefuseView,
    "answer_consultation": work.ConsultationView,
    "tell_progress": work.ProgressView,
    "hand_to": work.HolderView,
    "relate": work.RelationAddView,
}
urlpatterns = [
    path("plan/", plan.PlanView.as_view(), name="frameworkitem_list"),
    path("plan/choices/", choices.FrameworkItemChoicesView.as_view(), name="frameworkitem_choices"),
    path("plan/<slug:plan_list>/<code:number>/", plan.PlanItemView.as_view(), name="frameworkitem_detail"),
    path("tasks/", lists.PlanTaskListView.as_view(), name="plantask_list"),
    path("tasks/statistics/", statistics.StatisticsView.as_view(), name="statistics"),
    path("tasks/statistics/tasks/", statistics.CountedTasksView.as_view(), name="statistics_tasks"),
    path("tasks/yearly/", yearly.YearlyTasksView.as_view(), name="yearly"),
    path("tasks/new/", writing.PlanTaskAddView.as_view(), name="plantask_add"),
    path("tasks/choices/", choices.PlanTaskChoicesView.as_view(), name="plantask_choices"),
    path("tasks/bulk/", several.BulkChangeView.as_view(), name="plantask_bulk"),
    path("tasks/copy/", several.CopyView.as_view(), name="plantask_copy"),
    path(_task, detail.PlanTaskDetailView.as_view(), name="plantask_detail"),
    path(f"{_task}edit/", writing.PlanTaskChangeView.as_view(), name="plantask_change"),
    path(f"{_task}withdraw/", writing.PlanTaskWithdrawView.as_view(), name="plantask_withdraw"),
    path("task-lists/", tasklists.TaskListListView.as_view(), name="tasklist_list"),
    path("task-lists/new/", tasklists.TaskListAddView.as_view(), name="tasklist_add"),
    path(_list, tasklists.TaskListDetailView.as_view(), name="tasklist_detail"),
    path(f"{_list}fill/", tasklist_acts.TaskListFillView.as_view(), name="tasklist_fill"),
    path(
        f"{_list}entries/<int:entry>/take-off/", tasklist_acts.TaskListTakeOffView.as_view(), name="tasklist_take_off"
    ),
    path(f"{_list}submit/", tasklist_acts.TaskListSubmitView.as_view(), name="tasklist_submit"),
    path(f"{_list}recall/", tasklist_acts.TaskListRecallView.as_view(), name="tasklist_recall"),
    path(f"{_list}return/", tasklist_acts.TaskListReturnView.as_view(), name="tasklist_return"),
    path(f"{_list}approve/", tasklist_acts.TaskListApproveView.as_view(), name="tasklist_approve"),
    path(f"{_list}drop/", tasklist_acts.TaskListDropView.as_view(), name="tasklist_drop"),
    *_moves,
    *(path(f"{_task}{verb}/", view.as_view(), name=f"plantask_{verb}") for verb, view in _work.items()),
    path(f"{_task}milestones/<int:pk>/", work.MilestoneView.as_view(), name="plantask_keep_milestone"),
    path(f"{_task}relations/<int:pk>/remove/", work.RelationRemoveView.as_view(), name="plantask_unrelate"),
]
