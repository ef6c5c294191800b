"""Pictures of the pages that are passed on."""

from django.http import Http404, HttpResponse

from apps.core.open_pages import OpenView
from apps.progress.published_series import in_force_by_year
from apps.public import sharing
from apps.public.places import province_of
from apps.public.results import results
from apps.public.views import GROUND

PNG = "image/png"


class ResultsPicture(OpenView):
    made_of = GROUND

    def answer(self) -> HttpResponse:
        return HttpResponse(sharing.picture_of_results(results()), content_type=PNG)


class ProvincePicture(OpenView):
    made_of = GROUND

    def answer(self) -> HttpResponse:
        province = province_of(self.kwargs["slug"], in_force_by_year())
        if province is None:
            raise Http404
        return HttpResponse(sharing.picture_of_province(province), content_type=PNG)
