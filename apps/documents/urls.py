from django.urls import path

from apps.documents.views import attachments, changes, choices, records

app_name = "documents"
_one = "documents/<int:pk>/"
_file = "documents/attachments/"
urlpatterns = [
    path("documents/", records.LegalDocumentListView.as_view(), name="legaldocument_list"),
    path("documents/choices/", choices.LegalDocumentChoicesView.as_view(), name="legaldocument_choices"),
    path("documents/new/", changes.LegalDocumentAddView.as_view(), name="legaldocument_add"),
    path(_one, records.LegalDocumentDetailView.as_view(), name="legaldocument_detail"),
    path(f"{_one}change/", changes.LegalDocumentChangeView.as_view(), name="legaldocument_change"),
    path(f"{_one}subject/", changes.LegalDocumentSubjectView.as_view(), name="legaldocument_subject"),
    path(f"{_one}replaced/", changes.LegalDocumentReplaceView.as_view(), name="legaldocument_replace"),
    path(f"{_file}<str:kind>/<str:key>/new/", attachments.AttachmentAddView.as_view(), name="attachment_add"),
    path(f"{_file}<int:pk>/", attachments.AttachmentDownloadView.as_view(), name="attachment_download"),
    path(f"{_file}<int:pk>/withdraw/", attachments.AttachmentWithdrawView.as_view(), name="attachment_withdraw"),
]
