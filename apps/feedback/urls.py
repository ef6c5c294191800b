from django.urls import path

from apps.feedback.views import reading

app_name = "feedback"
_one = "feedback-received/<int:pk>/"
urlpatterns = [
    path("feedback-received/", reading.FeedbackListView.as_view(), name="feedback_list"),
    path(_one, reading.FeedbackDetailView.as_view(), name="feedback_detail"),
    path(f"{_one}handle/", reading.FeedbackHandleView.as_view(), name="feedback_handle"),
    path(f"{_one}reopen/", reading.FeedbackReopenView.as_view(), name="feedback_reopen"),
]
