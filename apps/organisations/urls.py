from django.urls import path

from apps.organisations.views import UnitDetailView, UnitListView

app_name = "organisations"
urlpatterns = [
    path("units/", UnitListView.as_view(), name="organisationunit_list"),
    path("units/<slug:slug>/", UnitDetailView.as_view(), name="organisationunit_detail"),
]
