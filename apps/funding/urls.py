from django.urls import path

from apps.funding.views import overview, task
from apps.tasks import converters  # noqa: F401 - names the converter of the paths below

app_name = "funding"
urlpatterns = [
    path("funding/", overview.FundingView.as_view(), name="overview"),
    path("funding/lines/", overview.LineListView.as_view(), name="line_list"),
    path("funding/template/", overview.FilledTemplateView.as_view(), name="template"),
    path("funding/explanations/<int:pk>/accept/", task.AcceptView.as_view(), name="variance_accept"),
    path("funding/<code:code>/", task.TaskFundingView.as_view(), name="task"),
    path("funding/<code:code>/explanations/", task.ExplainView.as_view(), name="variance_explain"),
]
