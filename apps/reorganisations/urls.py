"""Paths below those of the units; program996/urls.py puts them before, or `reorganisations` would be a unit's slug."""

from django.urls import path

from apps.reorganisations.views import reorganisations, sub_units

app_name = "reorganisations"
_acts = "units/reorganisations/"
_one = "units/<slug:slug>/"
urlpatterns = [
    path(_acts, reorganisations.ReorganisationListView.as_view(), name="reorganisation_list"),
    path(f"{_acts}new/", reorganisations.ReorganisationNewView.as_view(), name="reorganisation_new"),
    path(f"{_acts}<int:pk>/", reorganisations.ReorganisationDetailView.as_view(), name="reorganisation_detail"),
    path(
        f"{_acts}<int:pk>/withdraw/",
        reorganisations.ReorganisationWithdrawView.as_view(),
        name="reorganisation_withdraw",
    ),
    path(f"{_one}parts/new/", sub_units.SubUnitAddView.as_view(), name="subunit_add"),
    path(f"{_one}correct/", sub_units.SubUnitCorrectView.as_view(), name="subunit_correct"),
    path(f"{_one}move/", sub_units.SubUnitMoveView.as_view(), name="subunit_move"),
    path(f"{_one}end/", sub_units.SubUnitEndView.as_view(), name="subunit_end"),
    path(f"{_one}focal/", sub_units.FocalSetView.as_view(), name="subunit_focal"),
    path(f"{_one}focal/clear/", sub_units.FocalClearView.as_view(), name="subunit_focal_clear"),
]
