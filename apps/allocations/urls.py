from django.urls import path

from apps.allocations.views import acts, pages, writing

app_name = "allocations"
_act = "targets/allocation/acts/<int:pk>/"
urlpatterns = [
    path("targets/allocation/", pages.AllocationListView.as_view(), name="allocation_list"),
    path("targets/allocation/new/", acts.AllocationAddView.as_view(), name="allocation_add"),
    path(f"{_act}fill/", writing.FillView.as_view(), name="allocation_fill"),
    path(f"{_act}cells/<slug:unit>/", writing.CellView.as_view(), name="allocation_cell"),
    path(f"{_act}cells/<slug:unit>/<int:year>/", writing.CellView.as_view(), name="allocation_cell"),
    path(f"{_act}upload/", writing.UploadView.as_view(), name="allocation_upload"),
    path(f"{_act}suggest/", writing.SuggestView.as_view(), name="allocation_suggest"),
    path(f"{_act}circulate/", acts.CirculateView.as_view(), name="allocation_circulate"),
    path(f"{_act}propose/", acts.ProposeView.as_view(), name="allocation_propose"),
    path(f"{_act}return/", acts.ReturnView.as_view(), name="allocation_return"),
    path(f"{_act}approve/", acts.ApproveView.as_view(), name="allocation_approve"),
    path("targets/allocation/portions/<int:pk>/comment/", acts.CommentView.as_view(), name="portion_comment"),
    path("targets/allocation/<slug:code>/<int:version>/", pages.AllocationView.as_view(), name="allocation_detail"),
]
