from django.urls import path

from apps.exchange.views import batches, columns, dialogs, lists, suggestions

app_name = "exchange"
_imports = "registers/<slug:register>/imports/"
_batch = f"{_imports}<int:pk>/"
urlpatterns = [
    path(_imports, lists.ImportBatchListView.as_view(), name="importbatch_list"),
    path(f"{_imports}template/", lists.TemplateView.as_view(), name="importbatch_template"),
    path(_batch, batches.ImportBatchDetailView.as_view(), name="importbatch_detail"),
    path(f"{_batch}progress/", batches.ImportBatchProgressView.as_view(), name="importbatch_progress"),
    path(f"{_batch}errors/", batches.ImportBatchErrorsView.as_view(), name="importbatch_errors"),
    path(f"{_batch}columns/", columns.ColumnsView.as_view(), name="columns_set"),
    path(f"{_batch}rows/<int:number>/", batches.RowMendView.as_view(), name="row_mend"),
    path(f"{_batch}rows/<int:number>/accept/", batches.RowAcceptView.as_view(), name="row_accept"),
    path(f"{_batch}rows/<int:number>/drop/", batches.RowDropView.as_view(), name="row_drop"),
    path(f"{_batch}rows/<int:number>/restore/", batches.RowRestoreView.as_view(), name="row_restore"),
    path(f"{_batch}rows/drop/", dialogs.RowsDropView.as_view(), name="rows_drop"),
    path(f"{_batch}warnings/", batches.WarningsAcceptView.as_view(), name="warnings_accept"),
    path(f"{_batch}suggestions/", suggestions.SuggestionsView.as_view(), name="suggestions_apply"),
    path(f"{_batch}retry/", batches.ImportBatchRetryView.as_view(), name="importbatch_retry"),
    path(f"{_batch}confirm/", dialogs.ImportBatchConfirmView.as_view(), name="importbatch_confirm"),
    path(f"{_batch}cancel/", dialogs.ImportBatchCancelView.as_view(), name="importbatch_cancel"),
    path(f"{_batch}undo/", dialogs.ImportBatchUndoView.as_view(), name="importbatch_undo"),
]
