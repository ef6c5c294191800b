"""Pages for refusals and failures, in Vietnamese, with the incident code that the logs and the answer's head carry."""

import sys
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import ResolverMatch
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.api import refused
from apps.core.outages import RETRY_AFTER, database_is_away, database_is_busy, is_nested_too_deeply
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import programme_office, unit_labels
from apps.people.grantors import grantors_of, is_given_in_units
from apps.people.rights import rights_of
from apps.people.working_unit import working_unit


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not even a request of ours: a body too large, a wrong host."""
    if _is_api(request):
        return refused(request, 400, "bad_request", _("Không đọc được yêu cầu."))
    return _bare(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_api(request):
        return refused(request, 403, "permission_denied", _("Bạn không có quyền thực hiện thao tác này."))
    row = next((given for given in getattr(exception, "args", ()) if isinstance(given, Model)), None)
    return render(request, "403.html", _way_in(request, row), status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_api(request):
        return refused(request, 404, "not_found", _("Không tìm thấy."))
    # An address that is nowhere and one of what the reader may not see are answered alike, down to where help leads.
    request.is_nowhere = True  # type: ignore[attr-defined]  # the frame of the page asks
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _bare(request, "403_csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without any context, as the database may be what failed; where waiting helps the page says to try again.

    Django asks here for whatever error came up, in a view or in what stands before it, such as the session.
    """
    error = sys.exc_info()[1]
    if is_nested_too_deeply(error):
        return bad_request(request)
    if database_is_away(error):
        request.user = AnonymousUser()  # what the answer still passes through must not ask the database again
        told = _("Cơ sở dữ liệu tạm thời không trả lời. Thử lại sau vài giây.")
        return _try_again(request, "503.html", "unavailable", told)
    if database_is_busy(error):
        told = _("Hệ thống đang bận: dữ liệu này đang được ghi. Chưa có gì được lưu. Thử lại sau vài giây.")
        return _try_again(request, "503_busy.html", "busy", told)
    if _is_api(request):
        return refused(request, 500, "error", _("Hệ thống gặp sự cố."))
    return _bare(request, "500.html", 500)


def _try_again(request: HttpRequest, template: str, code: str, told: str) -> HttpResponse:
    response = refused(request, 503, code, told) if _is_api(request) else _bare(request, template, 503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _bare(request: HttpRequest, template: str, status: int) -> HttpResponse:
    told = {"incident": getattr(request, "incident", ""), "page": request.path}
    page = loader.get_template(template).render(told)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def _way_in(request: HttpRequest, row: Model | None) -> dict[str, Any]:
    """Whose the page is and who can open it. Of a row only its unit is told, never what it is."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):  # nobody has signed in
        return {}
    labels, unit = unit_labels(), _unit_of(row) if row else _unit_for(request)
    office = programme_office()
    owner = labels.get(unit or "") or office
    grantors = grantors_of(unit, but=user)
    return {
        "owner": owner.distinct_name if owner else "",
        "grantors": [
            {
                "name": one.name,
                "email": one.email,
                "unit": labels[one.unit_id].distinct_name,
                "near": one.unit_id == unit,
            }
            for one in grantors
        ],
        "works_nowhere": not rights_of(user).units,
    }


def _unit_of(row: Model) -> str | None:
    """The row's unit by its id; of a person where they work; None: the programme's own."""
    if isinstance(row, OrganisationUnit):
        return row.pk
    if isinstance(row, User):
        return next(iter(rights_of(row).units), None)
    unit = getattr(row, "home_id", None) or getattr(row, "unit_id", None) or getattr(row, "unit", None)
    return unit if isinstance(unit, str) else None


def _asked_by(match: ResolverMatch | None) -> Sequence[str]:
    """The permissions that the page asks for; those of registers hang on the register that the address names."""
    view: Any = getattr(getattr(match, "func", None), "view_class", None)
    if match is not None and hasattr(view, "permission_in"):
        return [view.permission_in(**match.kwargs)]
    asked = getattr(view, "permission_required", None) or ""
    return [asked] if isinstance(asked, str) else asked


def _unit_for(request: HttpRequest) -> str | None:
    """Without a row: one's own unit, where its administrator could give the right; else the programme's office."""
    permissions = _asked_by(getattr(request, "resolver_match", None))
    if any(permission and not is_given_in_units(permission) for permission in permissions):
        return None
    return working_unit(request)
