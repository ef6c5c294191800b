from django.urls import path

from apps.dashboard.views import pages

app_name = "dashboard"
urlpatterns = [
    path("", pages.HomeView.as_view(), name="home"),
    path("dashboard/", pages.DashboardView.as_view(), name="dashboard"),
    path("search/", pages.SearchView.as_view(), name="search"),
]
