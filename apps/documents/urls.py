from django.urls import path

from apps.documents.views import choices

app_name = "documents"
urlpatterns = [
    path("documents/choices/", choices.LegalDocumentChoicesView.as_view(), name="legaldocument_choices"),
]
