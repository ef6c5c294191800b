from django.urls import path

from apps.upkeep import views

app_name = "upkeep"
urlpatterns = [path("upkeep/", views.RunListView.as_view(), name="run_list")]
