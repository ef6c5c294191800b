"""The switch between languages, on every page: of who is signed in with the person, of anybody in this browser."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from apps.accounts.language import choose_language
from apps.accounts.recent import page_of
from apps.core.languages import remember_here


class LanguageView(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        language = request.POST.get("language", "")
        if language not in dict(settings.LANGUAGES):
            raise BadRequest(_("Cổng không có ngôn ngữ này."))
        if request.user.is_authenticated:
            choose_language(request.user, language)
        response = redirect(page_of(request))
        remember_here(response, language)
        return response
