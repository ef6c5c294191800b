from django.urls import path

from apps.dashboard.views import account, counts, hints, inbox, pages, search, unit_figures

app_name = "dashboard"
urlpatterns = [
    path("", pages.HomeView.as_view(), name="home"),
    path("dashboard/", pages.DashboardView.as_view(), name="dashboard"),
    path("inbox/", inbox.InboxView.as_view(), name="inbox"),
    path("inbox/decide/", inbox.InboxDecideView.as_view(), name="inbox_decide"),
    path("inbox/counts/", counts.CountsView.as_view(), name="counts"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("units/<slug:slug>/figures/", unit_figures.UnitFiguresView.as_view(), name="unit_figures"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/unit/", account.WorkingUnitView.as_view(), name="working_unit"),
    path("account/hints/<slug:code>/close/", hints.HintCloseView.as_view(), name="hint_close"),
    path("account/hints/show/", hints.HintsShowView.as_view(), name="hints_show"),
]
