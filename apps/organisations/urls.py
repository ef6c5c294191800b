from django.urls import path

from apps.organisations.views import choices, units

app_name = "organisations"
urlpatterns = [
    path("units/", units.UnitListView.as_view(), name="organisationunit_list"),
    path("units/print/", units.UnitPrintView.as_view(), name="organisationunit_print"),
    path("units/choices/", choices.UnitChoicesView.as_view(), name="organisationunit_choices"),
    path("units/<slug:slug>/", units.UnitDetailView.as_view(), name="organisationunit_detail"),
]
