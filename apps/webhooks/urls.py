from django.urls import path

from apps.webhooks.views import acts, pages

app_name = "webhooks"
_one = "webhooks/<int:pk>/"
urlpatterns = [
    path("webhooks/", pages.SubscriptionListView.as_view(), name="subscription_list"),
    path("webhooks/new/", pages.SubscriptionNewView.as_view(), name="subscription_new"),
    path(_one, pages.SubscriptionDetailView.as_view(), name="subscription_detail"),
    path(f"{_one}edit/", pages.SubscriptionChangeView.as_view(), name="subscription_change"),
    path(f"{_one}pause/", acts.SubscriptionPauseView.as_view(), name="subscription_pause"),
    path(f"{_one}resume/", acts.SubscriptionResumeView.as_view(), name="subscription_resume"),
    path(f"{_one}secret/", acts.SecretRotateView.as_view(), name="subscription_rotate"),
    path(f"{_one}test/", acts.SubscriptionTestView.as_view(), name="subscription_test"),
    path(f"{_one}remove/", acts.SubscriptionRemoveView.as_view(), name="subscription_remove"),
    path("webhooks/deliveries/<uuid:pk>/redeliver/", acts.DeliveryRedeliverView.as_view(), name="delivery_redeliver"),
]
