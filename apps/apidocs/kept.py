"""The description of the API, made once in the life of a process: it hangs on the code alone, not on who asks."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.settings import spectacular_settings

from apps.core.versions import tag_of_text

WRITERS: dict[str, Callable[[], Any]] = {"yaml": OpenApiYamlRenderer, "json": OpenApiJsonRenderer}
_one_at_a_time = Lock()  # half a second of work: whoever comes meanwhile waits for it


def description() -> dict[str, Any]:
    """Whole, as nothing is opened by it."""
    with _one_at_a_time:
        return _made()


def written(form: str) -> tuple[bytes, str]:
    """As YAML or as JSON, with its ETag."""
    with _one_at_a_time:
        return _written(form)


@cache
def _made() -> dict[str, Any]:
    found: dict[str, Any] = spectacular_settings.DEFAULT_GENERATOR_CLASS().get_schema(request=None, public=True)
    return found


@cache
def _written(form: str) -> tuple[bytes, str]:
    body: bytes = WRITERS[form]().render(_made(), renderer_context={})
    return body, tag_of_text(body)
