"""In both languages: `program996/urls.py` puts /en/ before them. The first two are people's without it: their own pages
come before these.
"""

from django.urls import path

from apps.public import views, views_documents, views_open_data, views_sharing

app_name = "public"
_edition = "open-data/<int:pk>/"
urlpatterns = [
    path("", views.ResultsPage.as_view(), name="home"),
    path("documents/", views_documents.PublicDocumentsPage.as_view(), name="documents"),
    path("about/", views.AboutPage.as_view(), name="about"),
    path("accessibility/", views.AccessibilityPage.as_view(), name="accessibility"),
    path("provinces/", views.ProvincesPage.as_view(), name="provinces"),
    path("provinces/<slug:slug>/", views.ProvincePage.as_view(), name="province"),
    path("share/results.png", views_sharing.ResultsPicture.as_view(), name="results_picture"),
    path("share/<slug:slug>.png", views_sharing.ProvincePicture.as_view(), name="province_picture"),
    path("open-data/", views_open_data.OpenDataPage.as_view(), name="open_data"),
    path("open-data/catalog.jsonld", views_open_data.CatalogueFile.as_view(), name="catalogue"),
    path("open-data/feed.atom", views_open_data.FeedFile.as_view(), name="feed"),
    path(_edition, views_open_data.EditionPage.as_view(), name="open_data_edition"),
    path(f"{_edition}datapackage.json", views_open_data.DataPackageFile.as_view(), name="data_package"),
    path(f"{_edition}<slug:table>.<slug:form>", views_open_data.TableFile.as_view(), name="open_data_file"),
]
