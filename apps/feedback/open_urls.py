"""In both languages, for everybody: `settings.OPEN_PATHS` has their address."""

from django.urls import path

from apps.feedback.views import sending

app_name = "feedback_open"
urlpatterns = [
    path("feedback/", sending.FeedbackView.as_view(), name="form"),
    path("feedback/sent/", sending.SentPage.as_view(), name="sent"),
]
