"""The description of the API for programs, and its pages for people. Open to everybody: nothing is opened by them."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from apps.apidocs.changes import CHANGES, limits
from apps.apidocs.kept import written
from apps.apidocs.pages import resources
from apps.apidocs.said import language_of
from apps.apidocs.stories import stories
from apps.core.problems import PROBLEMS
from apps.core.versions import names


class SchemaView(SpectacularAPIView):
    """Asked for nothing but its form: the library would write any `version` into a header as it came, and keep the
    catalogue of any `lang`.
    """

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = request.accepted_renderer
        body, tag = written(form.format)
        if names(request.headers.get("If-None-Match", ""), tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        told = {"ETag": tag, "Content-Disposition": f'inline; filename="program996-api.{form.format}"'}
        return HttpResponse(body, content_type=f"{form.media_type}; charset=utf-8", headers=told)


class DocsPage(TemplateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(told_in=language_of(self.request), here=self.request.path, **kwargs)


class IndexView(DocsPage):
    template_name = "apidocs/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {"changes": CHANGES, "limits": limits(), "stories": stories()}
        return super().get_context_data(resources=resources().values(), **told, **kwargs)


class ResourceView(DocsPage):
    template_name = "apidocs/resource.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = resources().get(kwargs.pop("resource"))
        if found is None:
            raise Http404
        return super().get_context_data(resource=found, **kwargs)


class ProblemsView(DocsPage):
    """Where `type` of a refusal leads: every code, in both languages."""

    template_name = "apidocs/problems.html"
    extra_context = {"problems": PROBLEMS}
