"""A file of many rows: written in the background, as the person who asked for it, and kept some days for them alone.

Whatever address answers with a file is asked once more, by the worker: same view, same filter, same rights, of that
moment. So there is one way from rows to a file, and a right that ended since the click gives nothing. A list of the API
(lists.py) is asked likewise; where a token asked for it, as that token.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404, QueryDict
from django.urls import ResolverMatch, resolve
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User
from apps.audit.services import record
from apps.core import limits, origin
from apps.core.reading import JOBS_WAIT, reads
from apps.core.request import PortalRequest
from apps.core.wall import held_to
from apps.jobs.models import EXPORT, Job
from apps.jobs.services import current_job, enqueue

if TYPE_CHECKING:
    from django.http.request import _ImmutableQueryDict

KEPT = timedelta(days=3)
MOST_KEPT = 20  # of one person: they are copies, and who asks for one after the other would fill the disk with them
FORMS = ("xlsx", "csv")
UNFINISHED = (Job.State.PENDING, Job.State.RUNNING)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "exports"


def path_of(row: Job) -> Path:
    return folder() / str(row.pk)


def view_of(address: str) -> tuple[ResolverMatch, "_ImmutableQueryDict"]:
    """Which page would answer with the file; 404 where none does."""
    parts = urlsplit(address)
    query = QueryDict(parts.query)
    if parts.scheme or parts.netloc or query.get("export") not in FORMS:
        raise Http404
    return resolve(parts.path), query


def require_page(address: str, person: User) -> None:
    """Whether the person may open the list at all; of its rows the page itself gives those in sight."""
    try:
        view = view_of(address)[0].func
    except ValueError:  # no address at all
        raise Http404 from None
    needed = getattr(getattr(view, "view_class", None), "permission_required", None)
    if needed is None or not person.has_perms([needed] if isinstance(needed, str) else needed):
        raise PermissionDenied


@transaction.atomic
def request_export(address: str, *, by: User) -> Job:
    """One at a time: whoever has one on its way is shown that one."""
    match, _query = view_of(address)
    return unfinished_of(by) or have_written(match, by=by, address=address)


def unfinished_of(person: User) -> Job | None:
    """Held until the transaction ends: of two requests at once the second finds what the first has made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [limits.TURNS, person.pk % 2**31])
    return Job.objects.filter(kind=EXPORT, requested_by=person, state__in=UNFINISHED).first()


def have_written(match: ResolverMatch, *, by: User, **payload: Any) -> Job:
    row = enqueue(EXPORT, by=by, **payload)
    record("export.requested", by=by, target=row, route=match.view_name)
    return row


def write_file(answer: Callable[[User], Any]) -> dict[str, Any]:
    """What the job does with the answer. Written beside and renamed: a worker that dies leaves no half of a file."""
    row = current_job()
    if row is None:
        raise LookupError("a file belongs to its job")
    person, final = _person(row), path_of(row)
    draft = final.with_suffix(f".{row.attempts}")
    with reads(JOBS_WAIT), held_to(person):
        response = answer(person)
        final.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with draft.open("wb") as file:
            for chunk in _chunks(response):
                file.write(chunk)
    draft.chmod(0o640)
    draft.replace(final)
    _drop_beyond_the_newest(row)
    return {"name": _name_in(response), "type": response["Content-Type"], "bytes": final.stat().st_size}


def _drop_beyond_the_newest(row: Job) -> None:
    """This one among them, which is not done yet. Those of longer ago are gone already."""
    others = Job.objects.filter(kind=EXPORT, state=Job.State.DONE, requested_by=row.requested_by_id)
    for old in others.exclude(pk=row.pk).order_by("-created_at", "pk")[MOST_KEPT - 1 : 2 * MOST_KEPT]:
        path_of(old).unlink(missing_ok=True)


def _person(row: Job) -> User:
    person = get_user_model().objects.filter(pk=row.requested_by_id, is_active=True).first()
    if person is None:
        raise ValidationError(_("Tài khoản yêu cầu tệp này đã đóng."), code="closed")
    return person


def answer_of_page(address: str, person: User) -> Any:
    match, query = view_of(address)
    request = background_request(urlsplit(address).path, query, person, match)
    origin.begin(request)
    try:
        response = match.func(request, *match.args, **match.kwargs)
        if "attachment" not in response.get("Content-Disposition", ""):
            raise ValidationError(_("Không lập được tệp từ trang này. Mở lại danh sách rồi xuất lại."), code="no_file")
        return response
    except (PermissionDenied, Http404):
        raise ValidationError(_("Bạn không còn quyền xem danh sách này."), code="no_right") from None
    finally:
        origin.end()


def background_request(path: str, query: "_ImmutableQueryDict", person: User, match: ResolverMatch) -> PortalRequest:
    request = PortalRequest()
    request.method, request.path, request.path_info, request.GET = "GET", path, path, query
    request.META = {"HTTP_HOST": urlsplit(settings.SITE_URL).netloc, "QUERY_STRING": query.urlencode()}
    request.user, request.session, request.resolver_match = person, SessionBase(), match
    request.htmx, request.incident, request.in_background = HtmxDetails(request), "", True
    return request


def _chunks(response: Any) -> Iterator[bytes] | Iterable[bytes]:
    return response if response.streaming else [response.content]


def _name_in(response: Any) -> str:
    return response["Content-Disposition"].partition('filename="')[2].rstrip('"')
