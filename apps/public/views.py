"""The public pages: what is reached, nation and provinces. Each is the same for whoever reads it."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.core.open_pages import OpenPage
from apps.framework.models import GeneralAim, SolutionGroup
from apps.progress.outlook import YEARS_NEEDED
from apps.progress.published_kept import MADE_OF
from apps.progress.published_series import in_force_by_year
from apps.progress.selectors import GOAL, MILESTONE
from apps.public import introduction, sharing
from apps.public.places import Province, Table, province_of
from apps.public.results import Results, results
from apps.targets.models import Indicator, Target
from apps.targets.selectors import programme_aims

GROUND: tuple[Any, ...] = MADE_OF


class PublicPage(OpenPage):
    """`place`: which entry of the menu it belongs to."""

    made_of = GROUND
    place = ""

    @property
    def picture(self) -> str:
        """The address of what is shown beside a link to the page."""
        return reverse("public:results_picture")

    @property
    def picture_words(self) -> tuple[str, str]:
        """What that picture says."""
        return str(ResultsPage.title), ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here, picture = f"{settings.SITE_URL}{self.request.path}", f"{settings.SITE_URL}{self.picture}"
        words = " ".join(filter(None, self.picture_words))
        told = {
            "here": here,
            "picture": picture,
            "picture_words": words,
            "docs_language": "?lang=en" if get_language() == "en" else "",
        }
        return super().get_context_data(place=self.place, **told, **kwargs)


class ResultsPage(PublicPage):
    template_name = "public/results.html"
    place = "results"
    title = gettext_lazy("Việt Nam có đạt mục tiêu đo lường năm 2030 không?")

    @cached_property
    def results(self) -> Results:
        return results()

    @property
    def picture_words(self) -> tuple[str, str]:
        return sharing.words_of_results(self.results)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(results=self.results, last=self.results.last, **kwargs)


class ProvincesPage(PublicPage):
    """All provinces in one year: the newest published, or the one that is asked for."""

    template_name = "public/provinces.html"
    place = "provinces"
    title = gettext_lazy("Kết quả theo tỉnh, thành phố")

    @cached_property
    def year(self) -> int | None:
        return asked_year(self.request.GET.get("year", ""), self.years)

    @cached_property
    def years(self) -> Any:
        return in_force_by_year()

    def asked(self) -> tuple[Any, ...]:
        return (self.request.GET.get("year", ""),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        publication = self.years[self.year] if self.year else None
        told = {"years": list(reversed(self.years)), "year": self.year, "last": publication}
        return super().get_context_data(table=Table(publication) if publication else None, **told, **kwargs)


class ProvincePage(PublicPage):
    template_name = "public/province.html"
    place = "provinces"

    @cached_property
    def province(self) -> Province:
        found = province_of(self.kwargs["slug"], in_force_by_year())
        if found is None:
            raise Http404
        return found

    @property
    def picture(self) -> str:
        return reverse("public:province_picture", args=[self.province.unit.slug])

    @property
    def picture_words(self) -> tuple[str, str]:
        return sharing.words_of_province(self.province)

    @property
    def title(self) -> str:
        return _("%(name)s: kết quả thực hiện Đề án 996") % {"name": self.province.unit.short_name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(province=self.province, last=self.province.last, **kwargs)


def asked_year(text: str, years: Any) -> int | None:
    """Of the years that are published; None where nothing is. A year that is not is no page."""
    if not text:
        return max(years, default=None)
    found = next((year for year in years if str(year) == text), None)
    if found is None:
        raise Http404
    return found


class AboutPage(PublicPage):
    """The programme in its own words, and its targets."""

    template_name = "public/about.html"
    place = "about"
    title = gettext_lazy("Giới thiệu Đề án 996")
    made_of = (*GROUND, GeneralAim, SolutionGroup)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows: dict[Indicator, dict[int, Target]] = {}
        for indicator, aim in programme_aims():
            if aim:
                rows.setdefault(indicator, {})[aim.year] = aim
        targets = [(one, found.get(MILESTONE), found.get(GOAL)) for one, found in rows.items()]
        return super().get_context_data(
            situation=introduction.parts_of("situation"),
            aims=introduction.aims(),
            groups=introduction.groups(),
            who=introduction.parts_of("who"),
            source_of_plan=introduction.source_of_plan(),
            targets=targets,
            rule=verdict_rule(),
            **kwargs,
        )


def verdict_rule() -> dict[str, Any]:
    """By what numbers a target is concluded to be on track, from where it is done."""
    return {
        "on_track": Decimal(settings.OUTLOOK_ON_TRACK),
        "at_risk": Decimal(settings.OUTLOOK_AT_RISK),
        "years": YEARS_NEEDED,
        "goal": GOAL,
    }


class AccessibilityPage(PublicPage):
    template_name = "public/accessibility.html"
    title = gettext_lazy("Tuyên bố trợ năng")
