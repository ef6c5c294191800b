from django.contrib.auth.decorators import login_not_required
from django.urls import path

from apps.apidocs import views

urlpatterns = [
    path("api/schema/", login_not_required(views.SchemaView.as_view()), name="api-schema"),
    path("api/docs/", login_not_required(views.IndexView.as_view()), name="api-docs"),
    path("api/docs/problems/", login_not_required(views.ProblemsView.as_view()), name="api-problems"),
    path("api/docs/<path:resource>/", login_not_required(views.ResourceView.as_view()), name="api-docs-resource"),
]
