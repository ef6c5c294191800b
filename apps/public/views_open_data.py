"""Open data: what there is, one edition, its files, and what catalogues and readers of feeds ask for."""

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.core.export import attachment
from apps.core.open_pages import OpenView
from apps.organisations.selectors import programme_office
from apps.public.described import catalogue, data_package, file_address, title_of
from apps.public.open_files import TYPES, content_of, file_name, forms_of
from apps.public.open_tables import TABLES, Edition, Table
from apps.public.views import GROUND, PublicPage
from apps.targets.models import Publication


def told() -> Any:
    """All publications, the newest first, those that were taken back among them."""
    return Publication.objects.with_standing().select_related("closing__period", "document").order_by("-pk")


def absolute(address: str) -> str:
    return f"{settings.SITE_URL}{address}"


class OpenDataPage(PublicPage):
    template_name = "public/open_data.html"
    place = "open_data"
    title = gettext_lazy("Dữ liệu mở")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        publications = list(told())
        return super().get_context_data(
            publications=publications,
            last=next((one for one in publications if one.is_in_force), None),
            licence={"name": settings.OPEN_DATA_LICENCE_NAME, "url": settings.OPEN_DATA_LICENCE_URL},
            **kwargs,
        )


class _OfPublication:
    """Of one publication, by its number. What was taken back is gone: 410, and why."""

    kwargs: dict[str, Any]

    @cached_property
    def publication(self) -> Publication:
        found: Publication | None = told().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class EditionPage(_OfPublication, PublicPage):
    """The page of one that was taken back stays, and says so."""

    template_name = "public/edition.html"
    place = "open_data"

    @property
    def title(self) -> str:
        return title_of(self.publication)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.publication
        tables = [
            (table, [(form, file_address(one, table, form)) for form in forms_of(table)]) for table in TABLES.values()
        ]
        return super().get_context_data(publication=one, last=one, tables=tables if one.is_in_force else [], **kwargs)


class _EditionFile(_OfPublication, OpenView):
    made_of = GROUND

    def refusal(self) -> HttpResponse | None:
        if self.publication.is_in_force:
            return None
        words = _("Số liệu này đã được rút khỏi công bố. Xem lý do ở địa chỉ của lần công bố.")
        told = {"Cache-Control": "no-store"}
        return HttpResponse(words, status=410, content_type="text/plain; charset=utf-8", headers=told)


class TableFile(_EditionFile):
    def answer(self) -> HttpResponse:
        edition, form = Edition(self.publication), self.kwargs["form"]
        table: Table | None = TABLES.get(self.kwargs["table"])
        if table is None or form not in forms_of(table):
            raise Http404
        response = HttpResponse(content_of(edition, table, form), content_type=TYPES[form])
        return attachment(response, file_name(edition, table, form))


class DataPackageFile(_EditionFile):
    def answer(self) -> HttpResponse:
        return _json(data_package(self.publication, absolute), "application/json")


class CatalogueFile(OpenView):
    made_of = GROUND

    def answer(self) -> HttpResponse:
        office = programme_office()
        in_force = [one for one in told() if one.is_in_force]
        return _json(catalogue(in_force, office.full_name if office else "", absolute), "application/ld+json")


class FeedFile(OpenView):
    """Atom: every publication, also that one was taken back, and when."""

    made_of = GROUND

    def answer(self) -> HttpResponse:
        feed = Atom1Feed(
            title=_("Công bố số liệu Đề án 996"),
            link=absolute(reverse("public:open_data")),
            feed_url=absolute(reverse("public:feed")),
            description="",
            language=get_language(),
        )
        for one in told():
            taken_back = "" if one.is_in_force else _(" – đã rút công bố")
            address = absolute(reverse("public:open_data_edition", args=[one.pk]))
            feed.add_item(
                title=f"{title_of(one)}{taken_back}",
                link=address,
                unique_id=address,
                description=one.withdrawn_reason or one.note or one.document.number,
                pubdate=one.published_at,
                updateddate=one.withdrawn_at or one.published_at,
            )
        return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _json(told: Any, content_type: str) -> HttpResponse:
    return HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type=f"{content_type}; charset=utf-8")
