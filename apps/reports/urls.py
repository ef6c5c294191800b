from django.urls import path

from apps.reports import converters  # noqa: F401 - names the converter of the paths below
from apps.reports.views import (
    acts,
    board,
    checked,
    detail,
    entry,
    excluding,
    files,
    lists,
    papers,
    review,
    rounds,
    talk,
    versions,
)

app_name = "reports"
_report = "reports/<round:round>/<slug:unit>/"
_moves = [path(f"{_report}{verb}/", view.as_view(), name=f"annualreport_{verb}") for verb, view in acts.MOVES.items()]
_round = "rounds/<round:round>/"
_form = "forms/<str:audience>/<int:number>/"
_cell = f"{_form}cells/<str:code>/"
_review = "reviews/<round:round>/<slug:unit>/"
# The programme office's side: queue of reviews, board, rounds, forms.
_office = [
    path("forms/", versions.FormListView.as_view(), name="formversion_list"),
    path(_form, versions.FormDetailView.as_view(), name="formversion_detail"),
    path(f"{_form}copy/", versions.FormCopyView.as_view(), name="formversion_copy"),
    path(f"{_form}issue/", versions.FormIssueView.as_view(), name="formversion_issue"),
    path(f"{_form}blocks/<int:block>/add/", versions.CellAddView.as_view(), name="formcell_add"),
    path(f"{_cell}edit/", versions.CellChangeView.as_view(), name="formcell_change"),
    path(f"{_cell}up/", versions.CellMoveView.as_view(direction=-1), name="formcell_up"),
    path(f"{_cell}down/", versions.CellMoveView.as_view(direction=1), name="formcell_down"),
    path(f"{_cell}retire/", versions.CellRetireView.as_view(), name="formcell_retire"),
    path(f"{_cell}rules/add/", versions.RuleAddView.as_view(), name="formrule_add"),
    path(f"{_cell}rules/<int:pk>/remove/", versions.RuleRemoveView.as_view(), name="formrule_remove"),
    path("rounds/", rounds.RoundListView.as_view(), name="reportinground_list"),
    path("rounds/new/", rounds.RoundAddView.as_view(), name="reportinground_add"),
    path(_round, rounds.ReportingRoundView.as_view(), name="reportinground_detail"),
    path(f"{_round}edit/", rounds.RoundChangeView.as_view(), name="reportinground_change"),
    path(f"{_round}open/", rounds.RoundOpenView.as_view(), name="reportinground_open"),
    path(f"{_round}lock/", rounds.RoundLockView.as_view(), name="reportinground_lock"),
    path(f"{_round}units/add/", rounds.UnitAddView.as_view(), name="round_unit_add"),
    path(f"{_round}units/<slug:unit>/excuse/", rounds.UnitExcuseView.as_view(), name="round_unit_excuse"),
    path(f"{_round}units/<slug:unit>/extend/", rounds.UnitExtendView.as_view(), name="round_unit_extend"),
    path("submissions/", board.BoardView.as_view(), name="board"),
    path("submissions/<round:round>/remind/", board.RemindView.as_view(), name="round_remind"),
    path("reviews/", review.ReviewQueueView.as_view(), name="review_list"),
    path(_review, review.ReviewDetailView.as_view(), name="review_detail"),
    path(f"{_review}take-up/", review.TakeUpView.as_view(), name="review_take_up"),
    path(f"{_review}cells/<str:code>/", review.NoteView.as_view(), name="review_note"),
    path(f"{_report}exclude/", excluding.ExcludeView.as_view(), name="annualreport_exclude"),
    path(f"{_report}excluded/<int:exclusion>/", excluding.CountAgainView.as_view(), name="annualreport_count_again"),
    path(f"{_report}talk/", talk.ThreadsView.as_view(), name="cell_threads"),
    path(f"{_report}talk/<str:code>/", talk.TalkView.as_view(), name="cell_talk"),
]
urlpatterns = [
    path(_report, detail.AnnualReportView.as_view(), name="annualreport_detail"),
    *_moves,
    *_office,
    path(f"{_report}paper.pdf", papers.PdfView.as_view(), name="annualreport_pdf"),
    path(f"{_report}paper.docx", papers.DocxView.as_view(), name="annualreport_docx"),
    # The unit's own Excel file, and its way back.
    path(f"{_report}file.xlsx", files.ReportWorkbookView.as_view(), name="annualreport_workbook"),
    path(f"{_report}import/", files.ReportUploadView.as_view(), name="annualreport_import"),
    path(f"{_report}import/<int:file>/", files.ReportFileView.as_view(), name="reportfile_detail"),
    # The unit's side: its reports, the sections of one, and what comes before and after it is sent.
    path("reports/", lists.AnnualReportListView.as_view(), name="annualreport_list"),
    path(f"{_report}edit/<slug:section>/", entry.SectionView.as_view(), name="annualreport_edit"),
    path(f"{_report}edit/<slug:section>/here/", entry.HereView.as_view(), name="annualreport_here"),
    path(f"{_report}cells/<str:code>/", entry.CellView.as_view(), name="annualreport_cell"),
    path(f"{_report}prefill/", entry.PrefillView.as_view(), name="annualreport_prefill"),
    path(f"{_report}check/", checked.CheckView.as_view(), name="annualreport_check"),
    path(f"{_report}submitted/", checked.SubmittedView.as_view(), name="annualreport_submitted"),
    path(f"{_report}print/", detail.PrintView.as_view(), name="annualreport_print"),
]
