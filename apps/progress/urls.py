from django.urls import path

from apps.progress import views

app_name = "progress"
urlpatterns = [
    path("targets/", views.TargetListView.as_view(), name="indicator_list"),
    path("targets/method/", views.MethodView.as_view(), name="method"),
    path("targets/fresh/", views.FreshView.as_view(), name="fresh"),
    path("targets/<slug:code>/", views.IndicatorView.as_view(), name="indicator_detail"),
    path("targets/<slug:code>/provenance/<int:year>/", views.ProvenanceView.as_view(), name="provenance"),
    path("targets/<slug:code>/provenance/<int:year>/<slug:slug>/", views.ProvenanceView.as_view(), name="provenance"),
]
