"""A whole list of the API with the kinds of its columns, as .xlsx or Parquet: written by a job, fetched by who asked.

Neither the making nor the fetching gives more than its own address would: the list is asked with the rights of that
moment; where a token asked, as that token, held to its unit and scopes, and no other fetches the file. A token that has
ended since gives nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve
from django.utils.translation import gettext as _
from rest_framework import exceptions

from apps.accounts.models import User
from apps.core import limits, origin, parquet
from apps.core.asking import ROOT, address_of, asked_itself
from apps.core.bulk import FILES
from apps.core.parameters import NotAllowedError
from apps.core.wall import held_to
from apps.jobs.exports import background_request, have_written, path_of, require_page, unfinished_of
from apps.jobs.models import Job

LONGEST = 4_000  # characters of an address
_admit: Callable[[int], Any]


def admit_by(admit: Callable[[int], Any]) -> None:
    """`admit(token)`: the token, whose owner may from then on what it opens; refused where it opens nothing any more.
    Said by the app that keeps tokens, which lies above.
    """
    global _admit
    _admit = admit


def is_list(address: str) -> bool:
    return address.startswith(ROOT)


def outputs() -> list[str]:
    """Those that can be written here."""
    return [form for form in FILES if form != "parquet" or parquet.is_installed()]


def list_address(resource: str, output: str, filters: Mapping[str, Any], fields: Iterable[str]) -> str:
    if output not in outputs():
        told = _("Máy chủ này chưa cài pyarrow nên không lập được Parquet.")
        raise NotAllowedError(["output"], told, "not_installed", outputs())
    query = QueryDict(mutable=True)
    for name, values in filters.items():
        if name in ("output", "fields"):
            raise NotAllowedError([name], _("Không phải bộ lọc của danh sách."), "unknown_parameter", ())
        query.setlist(name, values)
    query["output"] = output
    if named := ",".join(fields):
        query["fields"] = named
    address = f"{address_of(resource)}?{query.urlencode()}"
    if len(address) > LONGEST:
        told = _("Bộ lọc dài quá %(most)s ký tự.") % {"most": LONGEST}
        raise exceptions.ValidationError({"filters": [exceptions.ErrorDetail(told, "too_long")]})
    return address


@transaction.atomic
def request_list(address: str, request: HttpRequest, *, by: User, token: Any) -> Job:
    """Refused at once where its own address would refuse. One at a time: asked again it is the one on its way; what is
    another waits for it.
    """
    view = asked_itself(address, request, user=by, auth=token)
    view.filter_queryset(view.get_queryset())
    view.typed_columns  # noqa: B018  # what is asked wrongly is refused now, not by the job
    limits.check("export", request)
    payload = {"address": address, "token": getattr(token, "pk", None)}
    waiting = unfinished_of(by)
    if waiting is not None and waiting.payload != payload:
        raise limits.NotInTurn(limits.WAIT_FOR_TURN)
    return waiting or have_written(resolve(urlsplit(address).path), by=by, **payload)


def answer_of_list(address: str, person: User, token: int | None) -> Any:
    """As the job asks it: by the person; where a token asked, by its owner as held to what it opens now."""
    auth = None if token is None else _admit(token)
    user, parts = person if auth is None else auth.owner, urlsplit(address)
    query = QueryDict(parts.query)
    request = background_request(parts.path, query, user, resolve(parts.path))
    if auth is not None:
        request.key_id, request.key_label = auth.pk, auth.told_as
    origin.begin(request)
    try:
        with held_to(user):
            return asked_itself(address, request, user=user, auth=auth).as_file(query["output"])
    except (PermissionDenied, Http404, exceptions.PermissionDenied, exceptions.NotFound):
        raise ValidationError(_("Bạn không còn quyền xem danh sách này."), code="no_right") from None
    except exceptions.ValidationError:
        raise ValidationError(_("Bộ lọc không còn dùng được với danh sách này."), code="bad_filter") from None
    finally:
        origin.end()


def files_for(user: User, token: Any) -> QuerySet[Job]:
    """A token fetches what it asked for itself; a person everything of theirs, as on the page."""
    rows = Job.objects.files_of(user)
    return rows if token is None else rows.filter(payload__token=token.pk)


def require_right(row: Job, request: HttpRequest, *, token: Any = None) -> None:
    """Whoever may not read the list any more does not read its file either, by whichever door."""
    address: str = row.payload["address"]
    person: Any = request.user
    if is_list(address):
        asked_itself(address, request, user=person, auth=token)
    else:
        require_page(address, person)


def is_kept(row: Job) -> bool:
    return path_of(row).exists()
