from django.urls import path

from apps.handover import views

app_name = "handover"
_one = "national-reporting/<uuid:pk>/"
urlpatterns = [
    path("national-reporting/", views.HandoverListView.as_view(), name="handover_list"),
    path(_one, views.HandoverDetailView.as_view(), name="handover_detail"),
    path(f"{_one}resend/", views.HandoverResendView.as_view(), name="handover_resend"),
]
