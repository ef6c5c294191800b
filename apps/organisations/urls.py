from django.urls import path

from apps.organisations.people_urls import urlpatterns as people
from apps.organisations.views import choices, reorganisations, sub_units, units

app_name = "organisations"
_acts = "units/reorganisations/"
_one = "units/<slug:slug>/"
urlpatterns = [
    path("units/", units.UnitListView.as_view(), name="organisationunit_list"),
    path("units/print/", units.UnitPrintView.as_view(), name="organisationunit_print"),
    path("units/choices/", choices.UnitChoicesView.as_view(), name="organisationunit_choices"),
    path(_acts, reorganisations.ReorganisationListView.as_view(), name="reorganisation_list"),
    path(f"{_acts}new/", reorganisations.ReorganisationNewView.as_view(), name="reorganisation_new"),
    path(f"{_acts}<int:pk>/", reorganisations.ReorganisationDetailView.as_view(), name="reorganisation_detail"),
    path(
        f"{_acts}<int:pk>/withdraw/",
        reorganisations.ReorganisationWithdrawView.as_view(),
        name="reorganisation_withdraw",
    ),
    path(_one, units.UnitDetailView.as_view(), name="organisationunit_detail"),
    path(f"{_one}parts/new/", sub_units.SubUnitAddView.as_view(), name="subunit_add"),
    path(f"{_one}correct/", sub_units.SubUnitCorrectView.as_view(), name="subunit_correct"),
    path(f"{_one}move/", sub_units.SubUnitMoveView.as_view(), name="subunit_move"),
    path(f"{_one}end/", sub_units.SubUnitEndView.as_view(), name="subunit_end"),
    path(f"{_one}focal/", sub_units.FocalSetView.as_view(), name="subunit_focal"),
    path(f"{_one}focal/clear/", sub_units.FocalClearView.as_view(), name="subunit_focal_clear"),
    *people,
]
