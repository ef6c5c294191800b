"""Refusals and failures: what the page says, to whom it points, and the code under which the logs tell the story."""

import re
from collections.abc import Callable
from datetime import date

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from django.utils.html import escape

from apps.accounts.models import User
from apps.core.outages import database_is_away, database_is_busy
from apps.dashboard.views import errors
from apps.enterprises import services
from apps.enterprises.models import Enterprise
from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import programme_office
from apps.people.grantors import grantors_of
from apps.people.models import Membership
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.enterprises.test_changes import facts
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
INCIDENT = r"[0-9A-F]{4}-[0-9A-F]{4}"


def words(response: HttpResponse) -> str:
    """What the page's main part says."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace(" ,", ",").split())


@pytest.fixture
def administrators(member) -> dict[str, User]:
    return {
        "here": member("Admin Bac Ninh", "unit_administrator", BAC_NINH),
        "there": member("Admin Lam Dong", "unit_administrator", LAM_DONG),
        "centre": member("Admin TDC", "programme_administrator", TDC),
    }


@pytest.fixture
def refuse() -> Callable[..., HttpResponse]:
    """The page for a refusal that a view met, with or without the row it was about."""

    def make(user: User, *given: object, path: str = "/registers/enterprises/") -> HttpResponse:
        request: HttpRequest = RequestFactory().get(path)
        request.user, request.incident, request.htmx = user, "0123-ABCD", False
        request.resolver_match, request.session = resolve(path), {}
        return errors.permission_denied(request, PermissionDenied(*given))

    return make


# --- 403 --------------------------------------------------------------------------------------------------------------


def test_no_right_to_a_central_page_points_to_the_programme_office(signed_in, keeper, administrators):
    response = signed_in(keeper).get("/jobs/")
    assert response.status_code == 403
    told = words(response)
    assert f"Bạn chưa được giao quyền này tại {escape(programme_office().distinct_name)}." in told
    assert "Admin TDC" in told
    assert "Admin Bac Ninh" not in told
    assert "Admin Lam Dong" not in told
    assert f"Mã sự cố: {response['X-Request-ID']}" in told


def test_refusal_without_a_row_points_to_ones_own_unit(refuse, keeper, administrators):
    told = words(refuse(keeper))
    assert "Bạn chưa được giao quyền này tại Bắc Ninh. Người có thể cấp quyền: Admin Bac Ninh." in told


def test_refusal_of_a_row_points_to_its_unit_and_hides_what_it_is(refuse, officer, administrators):
    row = EnterpriseFactory(name="Công ty BIMAT996", unit_id=LAM_DONG)
    told = words(refuse(officer, row))
    assert "Bạn chưa được giao quyền này tại Lâm Đồng. Người có thể cấp quyền: Admin Lam Dong." in told
    assert "BIMAT996" not in told
    assert row.tax_code not in told


@pytest.mark.parametrize("kind", ["unit", "person", "membership", "job"])
def test_owner_of_every_kind_of_row(refuse, officer, outsider, administrators, kind):
    rows = {
        "unit": lambda: OrganisationUnit.objects.get(pk=LAM_DONG),
        "person": lambda: outsider,
        "membership": lambda: Membership.objects.get(user=outsider),
        "job": lambda: Job(kind="x", unit=LAM_DONG),
    }
    assert "Bạn chưa được giao quyền này tại Lâm Đồng. Người có thể cấp quyền: Admin Lam Dong." in words(
        refuse(officer, rows[kind]())
    )


def test_text_of_a_refusal_is_no_row(refuse, keeper, administrators):
    assert "Admin Bac Ninh" in words(refuse(keeper, "Không được."))


def test_person_who_works_nowhere_gets_an_address(refuse, stranger, administrators):
    told = words(refuse(stranger))
    assert "Tài khoản của bạn chưa có vai trò ở đơn vị nào." in told
    assert administrators["centre"].email in told
    assert administrators["here"].email not in told


def test_addresses_of_others_are_not_told(refuse, keeper, administrators):
    assert "@example.vn" not in words(refuse(keeper))


def test_nobody_can_grant(refuse, keeper):
    assert "Liên hệ quản trị viên đơn vị" in words(refuse(keeper))


def test_refusal_costs_the_same_for_one_grantor_and_for_three(signed_in, keeper, member):
    client = signed_in(keeper)
    costs = []
    for number in range(3):
        member(f"Admin {number}", "programme_administrator", TDC)
        client.get("/jobs/")  # the session's own write, once a minute
        with CaptureQueriesContext(connection) as asked:
            assert words(client.get("/jobs/")).count("Admin") == number + 1
        costs.append(len(asked))
    assert costs == [costs[0]] * 3
    assert costs[0] <= 12


# --- who can grant ----------------------------------------------------------------------------------------------------


def names(unit: str | None, but: User | None = None) -> list[str]:
    return [one.name for one in grantors_of(unit, but)]


def test_grantors_follow_the_succession_both_ways(member, administrators):
    member("Admin Bac Giang", "unit_administrator", BAC_GIANG)
    assert names(BAC_GIANG) == names(BAC_NINH) == ["Admin Bac Giang", "Admin Bac Ninh"]


def test_grantors_of_today_only(member, administrators):
    today = timezone.localdate()
    own = Membership.objects.filter(user=administrators["here"])
    own.update(valid_to=today)
    assert names(BAC_NINH) == ["Admin Bac Ninh"], "the last day is one of its days"
    own.update(valid_to=date(2020, 1, 1))
    member("Admin sau nay", "unit_administrator", BAC_NINH, today.replace(year=today.year + 1))
    closed = member("Admin da dong", "unit_administrator", BAC_NINH)
    User.objects.filter(pk=closed.pk).update(is_active=False, closed_at=timezone.now(), closed_reason="thử")
    assert names(BAC_NINH) == ["Admin TDC"]


def test_nobody_grants_to_themselves(administrators):
    assert names(BAC_NINH, but=administrators["here"]) == ["Admin TDC"]


def test_unit_without_administrators_asks_the_unit_above(administrators):
    department = OrganisationUnit.objects.create(id="SO-KHCN-BN", slug="so", kind="department", parent_id=BAC_NINH)
    assert names(department.pk) == ["Admin Bac Ninh"]
    role = Membership.objects.get(user=administrators["here"]).role
    Membership.objects.create(
        user=administrators["centre"], unit_id=department.pk, role=role, valid_from=timezone.localdate()
    )
    assert names(department.pk) == ["Admin TDC"], "the nearest of their places"
    assert names("KHONG-CO") == names(None) == ["Admin TDC"]


# --- 404, 403 of a form, 500 ------------------------------------------------------------------------------------------


def test_not_found_has_search_and_a_way_home(signed_in, keeper):
    response = signed_in(keeper).get("/khong-co/")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'action="/search/"' in page.partition("<main")[2]
    assert "Về trang Tổng quan" in page
    assert f"Mã sự cố: {response['X-Request-ID']}" in words(response)


def test_api_not_found_is_json(signed_in, keeper):
    response = signed_in(keeper).get("/api/v1/khong-co/")
    assert response.status_code == 404
    told = {"detail": "Không tìm thấy.", "code": "not_found"}
    assert response.json().items() >= {**told, "incident": response["X-Request-ID"], "status": 404}.items()


def test_form_from_an_ended_session(keeper):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "Phiên làm việc đã hết" in words(response)
    assert f"Mã sự cố: {response['X-Request-ID']}" in words(response)
    assert response["Cache-Control"] == "no-store"


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.fixture
def breaking(monkeypatch, signed_in, keeper) -> Callable[..., Client]:
    """A client whose list of enterprises meets this error."""

    def make(error: Exception) -> Client:
        monkeypatch.setattr("apps.enterprises.models.EnterpriseQuerySet.visible_to", raising(error))
        client = signed_in(keeper)
        client.raise_request_exception = False
        return client

    return make


def test_failure_has_its_incident_code_and_no_details(breaking):
    response = breaking(RuntimeError("BIMAT996")).get("/registers/enterprises/")
    assert response.status_code == 500
    assert re.search(f"Mã sự cố: {INCIDENT}", words(response))
    assert f"Mã sự cố: {response['X-Request-ID']}" in words(response)
    assert "BIMAT996" not in response.content.decode()


# --- 503 --------------------------------------------------------------------------------------------------------------


def failed(kind: type[psycopg2.Error], message: str = "") -> OperationalError:
    """As Django raises it: its own error, with the driver's behind."""
    error = OperationalError(message)
    error.__cause__ = kind(message)
    return error


def sql_error(sql: str) -> Exception:
    with pytest.raises(Exception) as caught, connection.cursor() as cursor:  # noqa: PT011 the kind is what is asked
        cursor.execute(sql)
    return caught.value


def test_only_absence_is_absence():
    assert database_is_away(failed(psycopg2.OperationalError, "connection refused"))
    assert database_is_away(failed(psycopg2.InterfaceError, "connection already closed"))
    assert not database_is_away(RuntimeError())
    assert not database_is_away(None)
    behind = RuntimeError()
    behind.__context__ = failed(psycopg2.OperationalError)
    assert database_is_away(behind)


@pytest.mark.parametrize(
    ("away", "code"),
    [(True, code) for code in ("57P01", "57P02", "57P03", "53300", "08006")]  # shut down, starting, full, cut off
    # a statement or a lock that took too long, deadlock, conflict, twin, no such table
    + [(False, code) for code in ("57014", "55P03", "40P01", "40001", "23505", "42P01")],
)
def test_codes_that_mean_absence(code, away):
    raised = sql_error(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")
    assert raised.__cause__.pgcode == code
    assert database_is_away(raised) is away
    assert database_is_busy(raised) is (not away and code != "42P01"), "waiting helps, and nothing was kept"


def test_database_away_is_a_page_that_asks_for_patience(breaking):
    response = breaking(failed(psycopg2.OperationalError)).get("/registers/enterprises/")
    assert response.status_code == 503
    assert "Cổng tạm ngừng phục vụ" in words(response)
    assert f"Mã sự cố: {response['X-Request-ID']}" in words(response)
    assert (response["Retry-After"], response["Cache-Control"]) == ("5", "no-store")


@pytest.mark.parametrize("path", ["/registers/enterprises/", "/khong-co/", "/jobs/", "/accounts/login/", "/"])
def test_no_server_behind_the_socket(path, monkeypatch, signed_in, keeper):
    """From the session on nothing can be asked, whichever page it is."""
    client = signed_in(keeper)
    client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", raising(failed(psycopg2.OperationalError, "connection refused")))
    response = client.get(path)
    assert response.status_code == 503
    assert response["X-Request-ID"] in response.content.decode()


def test_database_away_is_json_for_programs(monkeypatch, signed_in, keeper):
    client = signed_in(keeper)
    client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", raising(failed(psycopg2.OperationalError, "connection refused")))
    response = client.get("/api/v1/indicators/")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "5"
    assert response.json()["incident"] == response["X-Request-ID"]


def test_half_done_work_is_undone(monkeypatch, signed_in, keeper):
    """The register's row was written when the connection broke at the audit's."""
    before = Enterprise.objects.count()
    monkeypatch.setattr(services, "record", raising(failed(psycopg2.OperationalError)))
    client = signed_in(keeper)
    client.raise_request_exception = False
    response = client.post("/registers/enterprises/new/", facts())
    assert response.status_code == 503
    assert Enterprise.objects.count() == before
    monkeypatch.undo()
    assert client.post("/registers/enterprises/new/", facts()).status_code == 302  # the very same, sent again
    assert Enterprise.objects.count() == before + 1
