"""The search over the whole portal: what is called so, of every kind that the person may see."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from apps.core import limits
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number
from apps.core.text import search_text
from apps.dashboard.searching import SHORTEST, Group, exactly, found_by, near, ways_on


class SearchView(TemplateView):
    request: SignedInRequest
    template_name = "dashboard/search.html"

    @cached_property
    def text(self) -> str:
        return search_text(self.request.GET.get("q", ""))[:100]

    @cached_property
    def groups(self) -> list[Group]:
        if len(self.text) < SHORTEST:
            return []
        limits.check("search", self.request)
        return found_by(self.request.user, self.text, self.request.GET.get("kind", ""))

    def get(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A code in full goes straight to its record; while it is being typed only where nothing else begins so."""
        hit = None if "kind" in request.GET else exactly(self.groups, self.text)
        if hit and not request.htmx:
            return HttpResponseRedirect(hit.url)
        if hit and self.total == 1:
            return HttpResponseClientRedirect(hit.url)
        response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_template_names(self) -> list[str]:
        is_part = self.request.htmx and not self.request.htmx.boosted
        return [f"{self.template_name}#found" if is_part else self.template_name]

    @property
    def total(self) -> int:
        return sum(group.count for group in self.groups)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = next((one for one in self.groups if one.key == self.request.GET.get("kind")), None)
        is_asked = len(self.text) >= SHORTEST
        return super().get_context_data(
            q=self.text,
            is_asked=is_asked,
            groups=self.groups,
            chosen=chosen,
            shown=[chosen] if chosen else self.groups,
            heading=self.heading() if is_asked else _("Tìm kiếm"),
            ways=ways_on(self.groups, self.text, self.request.user) if not chosen else [],
            near=near(self.text) if is_asked and not self.groups else [],
            **kwargs,
        )

    def heading(self) -> str:
        if not self.groups:
            return _("Không có kết quả cho “%(text)s”") % {"text": self.text}
        capped = sum(group.is_capped for group in self.groups)  # each was counted to one more than is said
        told = {"text": self.text, "count": number(self.total - capped)}
        words = _("Tìm “%(text)s”: hơn %(count)s kết quả") if capped else _("Tìm “%(text)s”: %(count)s kết quả")
        return words % told
