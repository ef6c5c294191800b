"""In both languages: `program996/urls.py` puts /en/ before them."""

from django.urls import path

from apps.dashboard.searching import find_also
from apps.help import views
from apps.help.manuals import MANUALS
from apps.help.searching import group_of

# Here, and not while apps are loaded: the menu lists the registers, and must find them all.
find_also("help", group_of)

app_name = "help"
urlpatterns = [
    path("help/", views.IndexPage.as_view(), name="index"),
    path("help/for/<str:route>/", views.ForView.as_view(), name="for"),
    *(
        path(f"help/{one.file}", views.ManualFile.as_view(manual=name), name=f"{name}_manual")
        for name, one in MANUALS.items()
    ),
    path("help/<slug:slug>/", views.TopicPage.as_view(), name="topic"),
]
