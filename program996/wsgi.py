"""Web entry point, served by gunicorn."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "program996.settings")


class TextRequest(WSGIRequest):
    """All texts are UTF-8, whatever the head says of them.

    Django believes it, before anything of ours could answer: of `charset=rot13`, or of a parameter in an encoding that
    is none, no request can be made at all.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        told = meta.get("CONTENT_TYPE", "")
        try:
            self.content_type, self.content_params = parse_header_parameters(told)
        except ValueError:
            meta["CONTENT_TYPE"] = told.partition(";")[0].strip()
            self.content_type, self.content_params = meta["CONTENT_TYPE"].lower(), {}


application = get_wsgi_application()
application.request_class = TextRequest
