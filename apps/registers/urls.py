from django.urls import path

from apps.registers.views import changes, choices, lists, merges, records, several

app_name = "registers"
_list = "registers/<slug:register>/"
_one = f"{_list}<int:pk>/"
urlpatterns = [
    path(_list, lists.RowListView.as_view(), name="row_list"),
    path(f"{_list}new/", changes.RowAddView.as_view(), name="row_add"),
    path(f"{_list}choices/", choices.RowChoicesView.as_view(), name="row_choices"),
    path(f"{_list}withdraw/", several.RowsWithdrawView.as_view(), name="rows_withdraw"),
    path(f"{_list}restore/", several.RowsRestoreView.as_view(), name="rows_restore"),
    path(f"{_list}hand-over/", several.RowsHandOverView.as_view(), name="rows_hand_over"),
    path(f"{_list}duplicates/", merges.DuplicatesView.as_view(), name="duplicates"),
    path(f"{_list}<int:kept>/merge/<int:gone>/", merges.MergeView.as_view(), name="rows_merge"),
    path(f"{_list}merges/<int:pk>/part/", merges.PartView.as_view(), name="merge_part"),
    path(_one, records.RowDetailView.as_view(), name="row_detail"),
    path(f"{_one}edit/", changes.RowChangeView.as_view(), name="row_change"),
    path(f"{_one}withdraw/", changes.RowWithdrawView.as_view(), name="row_withdraw"),
]
