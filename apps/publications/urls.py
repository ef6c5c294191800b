from django.urls import path

from apps.publications.views import acts, books, writing

app_name = "publications"
_book = "publications/<slug:slug>/"
_moves = [
    path(f"{_book}{verb.replace('_', '-')}/", view.as_view(), name=f"reportbook_{verb}")
    for verb, view in acts.MOVES.items()
]
urlpatterns = [
    path("publications/", books.ReportBookListView.as_view(), name="reportbook_list"),
    path("publications/new/", books.ReportBookAddView.as_view(), name="reportbook_add"),
    path(_book, books.ReportBookView.as_view(), name="reportbook_detail"),
    path(f"{_book}brief.pdf", books.ReportBookBriefView.as_view(), name="reportbook_brief"),
    path(f"{_book}report.<slug:ending>", books.ReportBookFileView.as_view(), name="reportbook_file"),
    path(f"{_book}sections/<slug:section>/", writing.SectionReadView.as_view(), name="section_detail"),
    path(f"{_book}edit/<slug:section>/", writing.SectionView.as_view(), name="section_edit"),
    *_moves,
]
