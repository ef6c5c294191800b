from django.urls import path

from apps.jobs import views

app_name = "jobs"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("jobs/", views.JobListView.as_view(), name="job_list"),
    path("jobs/<uuid:pk>/progress/", views.JobProgressView.as_view(), name="job_progress"),
    path("jobs/exports/", views.ExportCreateView.as_view(), name="export_create"),
    path("jobs/<uuid:pk>/file/", views.ExportFileView.as_view(), name="export_file"),
    path("jobs/<uuid:pk>/retry/", views.JobRetryView.as_view(), name="job_retry"),
]
