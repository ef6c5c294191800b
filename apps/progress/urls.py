from django.urls import path

from apps.progress import views, views_changes, views_closings, views_definitions, views_publications

app_name = "progress"
_proposal = "targets/closings/proposals/<int:pk>/"
urlpatterns = [
    path("targets/", views.TargetListView.as_view(), name="indicator_list"),
    path("targets/method/", views.MethodView.as_view(), name="method"),
    path("targets/fresh/", views.FreshView.as_view(), name="fresh"),
    path("targets/closings/", views_closings.ClosingListView.as_view(), name="closing_list"),
    path("targets/closings/<int:year>/", views_closings.ClosingDetailView.as_view(), name="closing_detail"),
    path(
        "targets/closings/versions/<int:pk>/publish/",
        views_publications.ClosingPublishView.as_view(),
        name="closing_publish",
    ),
    path(
        "targets/closings/publications/<int:pk>/withdraw/",
        views_publications.PublicationWithdrawView.as_view(),
        name="publication_withdraw",
    ),
    path(f"{_proposal}close/", views_closings.ClosingCloseView.as_view(), name="closing_close"),
    path(f"{_proposal}refuse/", views_closings.ClosingRefuseView.as_view(), name="closing_refuse"),
    path(f"{_proposal}withdraw/", views_closings.ClosingWithdrawView.as_view(), name="closing_withdraw"),
    path("targets/<slug:code>/adjustments/<int:year>/", views_closings.AdjustmentsView.as_view(), name="adjustments"),
    path("targets/<slug:code>/changes/", views_changes.ChangesView.as_view(), name="changes"),
    path("targets/<slug:code>/definitions/new/", views_definitions.DefinitionAddView.as_view(), name="definition_add"),
    path("targets/<slug:code>/", views.IndicatorView.as_view(), name="indicator_detail"),
    path("targets/<slug:code>/provenance/<int:year>/", views.ProvenanceView.as_view(), name="provenance"),
    path("targets/<slug:code>/provenance/<int:year>/<slug:slug>/", views.ProvenanceView.as_view(), name="provenance"),
]
