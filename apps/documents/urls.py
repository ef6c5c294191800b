from django.urls import path

from apps.documents.views import changes, choices, records

app_name = "documents"
_one = "documents/<int:pk>/"
urlpatterns = [
    path("documents/", records.LegalDocumentListView.as_view(), name="legaldocument_list"),
    path("documents/choices/", choices.LegalDocumentChoicesView.as_view(), name="legaldocument_choices"),
    path("documents/new/", changes.LegalDocumentAddView.as_view(), name="legaldocument_add"),
    path(_one, records.LegalDocumentDetailView.as_view(), name="legaldocument_detail"),
    path(f"{_one}change/", changes.LegalDocumentChangeView.as_view(), name="legaldocument_change"),
    path(f"{_one}replaced/", changes.LegalDocumentReplaceView.as_view(), name="legaldocument_replace"),
    path(f"{_one}files/", changes.LegalDocumentAttachView.as_view(), name="legaldocument_attach"),
    path("documents/files/<int:pk>/", changes.AttachmentDownloadView.as_view(), name="attachment_download"),
    path("documents/files/<int:pk>/remove/", changes.AttachmentRemoveView.as_view(), name="attachment_remove"),
]
