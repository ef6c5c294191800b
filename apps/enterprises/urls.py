from django.urls import path

from apps.enterprises.views import changes, choices, events, lists, records, several

app_name = "enterprises"
_list = "registers/enterprises/"
_one = f"{_list}<int:pk>/"
_event = f"{_list}events/<int:pk>/"
urlpatterns = [
    path(_list, lists.EnterpriseListView.as_view(), name="enterprise_list"),
    path(f"{_list}new/", changes.EnterpriseRegisterView.as_view(), name="enterprise_register"),
    path(f"{_list}places/", choices.PlaceChoicesView.as_view(), name="place_choices"),
    path(f"{_list}industries/", choices.IndustryChoicesView.as_view(), name="industry_choices"),
    path(_one, records.EnterpriseDetailView.as_view(), name="enterprise_detail"),
    path(f"{_one}edit/", changes.EnterpriseUpdateView.as_view(), name="enterprise_update"),
    path(f"{_one}events/new/", events.EventAddView.as_view(), name="programmeevent_add"),
    path(f"{_list}events/new/", several.EventAddToEachView.as_view(), name="programmeevent_add_to_each"),
    path(f"{_event}correct/", events.EventCorrectView.as_view(), name="programmeevent_correct"),
    path(f"{_event}withdraw/", events.EventWithdrawView.as_view(), name="programmeevent_withdraw"),
]
