"""What somebody with a token, or with none, may try: nothing is told, broken or kept busy by it."""

import base64
import io
import json
from datetime import date

import pytest
from django.conf import settings

from apps.people.services.tokens import revoke_token
from apps.progress.services import recompute
from program996.wsgi import application
from tests.at_once import at_once
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.enterprises import EnterpriseFactory, ProgrammeEventFactory
from tests.factories.registers import StandardFactory, make
from tests.people.people import add_role, person
from tests.people.test_tokens import by, code_of, issued

pytestmark = pytest.mark.django_db
ENTERPRISES, UNITS, STANDARDS = "/api/v1/registers/enterprises/", "/api/v1/units/", "/api/v1/registers/standards/"
HOUSEHOLD = "001099012345"


# ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cursor_tells_nothing_of_the_row_it_stands_at(signed_in, officer):
    """Not even by what it is sorted."""
    for name in ("Bac Ninh", "Tien Du"):
        EnterpriseFactory(name=name, unit_id=BAC_NINH)
    url = f"{ENTERPRISES}?ordering=name&cursor=&page_size=1"
    first, again = (signed_in(officer).get(url) for _ in range(2))
    cursor = first.json()["next"].split("cursor=")[1].split("&")[0]
    assert b"bac" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert (first["ETag"], first.json()) == (again["ETag"], again.json())
    last = signed_in(officer).get(first.json()["next"]).json()
    assert (len(last["results"]), last["next"]) == (1, None)


@pytest.mark.parametrize("address", [ENTERPRISES, "/api/v1/registers/managing-ministries/"])
def test_no_order_tells_a_code_of_which_the_end_is_told(signed_in, officer, address):
    """A household's code is a person's number: between the codes beside it, its beginning would be known."""
    EnterpriseFactory(tax_code=HOUSEHOLD, ownership="household", unit_id=BAC_NINH)
    answer = signed_in(officer).get(f"{address}?ordering=tax_code")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["ordering"])


def test_cursors_are_read_after_a_change_of_the_secret(reader_client, settings):
    made = [StandardFactory().pk for _ in range(2)]
    following = reader_client.get(f"{STANDARDS}?cursor=&page_size=1").json()["next"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # of the session too
    settings.SECRET_KEY = "another-secret-of-the-portal"
    assert [row["id"] for row in reader_client.get(following).json()["results"]] == made[1:]


def test_a_token_for_figures_is_told_no_row_behind_them(reference):
    keeper = person("Trần Văn Lợi", "register_keeper", BAC_NINH)
    ProgrammeEventFactory(occurred_on=date(2026, 3, 1))
    recompute()
    url = "/api/v1/indicators/MT5/provenance/?period=2026"

    def seen(*scopes: str) -> tuple[int, int]:
        told = by(issued(keeper, scopes).key).get(url).json()
        assert told["count"] == len(told["results"])
        return told["step"]["rows"], told["count"]

    assert seen("indicators:read", "registers:read") == (1, 1)
    assert seen("indicators:read", "registers/enterprises:read", "registers/enterprise-events:read") == (1, 1)
    assert seen("indicators:read", "registers/enterprises:read") == (1, 0)
    assert seen("indicators:read") == (1, 0)


def test_a_token_of_one_unit_is_not_told_what_was_made_for_another(reference):
    """The same person's key and request: each token makes its own, or is refused as it would be without a key."""
    both = person("Hai nơi", "register_keeper", BAC_NINH)
    add_role(both, "register_keeper", LAM_DONG)
    body = {
        "code": "CQG-900", "name": "Chuẩn độ dài", "area": "l", "quantity": "Độ dài", "unit": BAC_NINH,
        "holder": "Viện Đo lường", "recognised_on": "2021-05-04",
    }  # fmt: skip

    def sent(unit: str | None) -> int:
        client = by(issued(both, ["registers:write"], unit=unit).key)
        return client.post(STANDARDS, body, "application/json", headers={"Idempotency-Key": "k-1"}).status_code

    assert [sent(BAC_NINH), sent(BAC_NINH), sent(LAM_DONG), sent(None)] == [201, 200, 400, 409]


def test_if_match_says_nothing_of_a_row_that_is_not_ones_own(reader_client, signed_in, outsider, stranger):
    row = StandardFactory()
    url, body = f"{STANDARDS}{row.pk}/", {"name": "Mới", "reason": "Sửa", "updated_at": row.updated_at.isoformat()}
    tag = reader_client.get(url)["ETag"]
    for tried in (tag, "*", '"x"'):
        for who, status in ((outsider, 404), (stranger, 403)):
            answer = signed_in(who).patch(url, body, "application/json", headers={"If-Match": tried})
            missing = signed_in(who).patch(
                f"{STANDARDS}99999999/", body, "application/json", headers={"If-Match": tried}
            )
            assert answer.status_code == missing.status_code == status, (tried, answer.content)
    assert reader_client.patch(url, body, "application/json", headers={"If-Match": '"x"'}).status_code == 412
    assert reader_client.patch(url, body, "application/json", headers={"If-Match": f'"x", {tag}'}).status_code == 200


@pytest.mark.parametrize("url", ["/api/v1/targets/", STANDARDS, "/api/v1/tasks/", "/api/v1/indicators/MT5/values/"])
def test_what_is_asked_wrongly_is_refused_whatever_is_known(signed_in, officer, url):
    for query, status in (("page=0", 404), ("fields=?", 400), ("page_size=x", 400), ("page_size=0", 400)):
        answer = signed_in(officer).get(f"{url}?{query}", headers={"If-None-Match": "*"})
        assert answer.status_code == status, query
    assert signed_in(officer).get(url, headers={"If-None-Match": "*"}).status_code == 304


@pytest.mark.parametrize(
    ("query", "status"),
    [("is_current=true", 200), ("is_current=0", 200), ("is_current=", 200), ("is_current=yes", 400)],
)
def test_yes_and_no_are_said_as_such(signed_in, officer, query, status):
    """Taken for nothing asked, a slip would be answered with everything."""
    assert signed_in(officer).get(f"/api/v1/targets/?{query}").status_code == status


def test_head_and_options_ask_for_what_get_asks(client):
    labs = by(issued(person("Kết nối", "register_keeper", BAC_NINH), ["registers/labs:read"]).key)
    for method in (labs.head, labs.options):
        assert method("/api/v1/registers/labs/").status_code in (200, 405)
        for url in (UNITS, STANDARDS, f"{STANDARDS}export/"):
            assert method(url).status_code in (403, 405), url
    for url in (UNITS, STANDARDS):
        assert client.options(url).status_code in (401, 405)
        assert not client.options(url).headers.get("Access-Control-Allow-Origin")


# ── what opens ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_counts_in_its_header_only(client):
    key = issued(person("Kết nối", "service_account", TDC)).key
    for query in (f"?token={key}", f"?access_token={key}", f"?{key}", f"?Authorization=Bearer%20{key}"):
        answer = client.get(f"{UNITS}{query}")
        assert code_of(answer) == (401, "not_authenticated")
        assert key not in str(answer.headers) + answer.content.decode()
    client.cookies["token"] = client.cookies["Authorization"] = key
    assert client.get(UNITS).status_code == 401
    for header in (f"Token {key}", f"Basic {key}", key, f"Bearer {key}, Bearer {key}", f"Bearer {key} {key}"):
        assert client.get(UNITS, headers={"Authorization": header}).status_code == 401, header
    answer = client.post(UNITS, {"access_token": key})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/registers/standards/", "/api//v1/registers/standards/", "/api/v1//registers/standards/",
        "/API/v1/registers/standards/", "/api/v1/Registers/standards/", "/api/v1/registers/labs/../standards/",
        "/api/v1/registers%2Fstandards/", "/api/v1/registers/labs%2F..%2Fstandards/", "/api/v1/registers/./standards/",
        "/api/v1/registers;labs/standards/", "/api/v1/registers/standards%0A/", "/api/v1/registers/standards/%0A",
        "/api/v1/registers/standards%00/", "/api/v1/registers/ standards/", "/api/v1/registers\\standards/",
    ],
)  # fmt: skip
def test_no_spelling_of_an_address_goes_around_the_scope(path):
    make("standards")
    labs = by(issued(person("Kết nối", "register_keeper", BAC_NINH), ["registers/labs:read"]).key)
    answer = labs.get(path)
    assert answer.status_code in (301, 302, 403, 404), answer.content
    if answer.status_code in (301, 302):
        assert labs.get(answer["Location"]).status_code in (403, 404)


@pytest.mark.django_db(transaction=True)
def test_no_call_that_begins_after_a_revocation_is_answered(central):
    token = issued(person("Kết nối", "service_account", TDC), ["units:read"])
    first, revoked, *_others = at_once(
        [lambda: by(token.key).get(UNITS).status_code, lambda: revoke_token(token.token, "Lộ mã", by=central)]
    )
    assert first in (200, 401)
    assert revoked.revoked_at
    calls = at_once([lambda: by(token.key).get(UNITS) for _ in range(6)])
    assert [code_of(one) for one in calls] == [(401, "revoked_token")] * 6


# ── what is kept busy ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_asked_for_without_being_sent(reader_client):
    make("standards")
    answer = reader_client.head(f"{STANDARDS}export/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")


def test_a_body_beyond_measure_is_not_read(reader_client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    body = json.dumps({"name": "x" * 2_000})
    program = by(issued(person("Kết nối", "register_keeper", BAC_NINH), ["registers:write"]).key)
    for client in (reader_client, program):
        assert code_of(client.post(STANDARDS, body, "application/json")) == (413, "too_large")
    assert code_of(reader_client.post(STANDARDS, "{}", "application/json")) == (400, "invalid")


@pytest.mark.parametrize(
    "query",
    [
        "fields=" + "id," * 20_000, "fields=" + "x" * 50_000, "&".join(f"a{n}=1" for n in range(1_500)),
        "&".join(f"fields=x{n}" for n in range(900)), "ordering=" + "-id," * 20_000, "__all__=1", "non_field_errors=1",
        "%ED%A0%80=1", "page=" + "9" * 5_000, "page_size=" + "9" * 5_000, "total=1&cursor=" + "=" * 1_000, "=", "&&&",
    ],
)  # fmt: skip
def test_a_query_beyond_measure_is_answered_in_words(reader_client, query):
    answer = reader_client.get(f"{STANDARDS}?{query}")
    assert answer.status_code in (200, 400, 404), answer.content
    assert answer.status_code == 200 or answer["Content-Type"] == "application/problem+json"
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("told", ["charset=rot13", "charset=zlib", "charset=undefined", "a*=bogus''x", "charset=utf-7"])
def test_a_head_that_names_an_odd_encoding_breaks_nothing(told, reference):
    """Asked through the server's own door: where it broke, no request had been made yet."""
    key = issued(person("Kết nối", "service_account", TDC), ["units:read", "tasks:write"]).key
    for method, path, wanted in (("GET", UNITS, [200]), ("POST", "/api/v1/tasks/", [400, 403])):
        body = b'{"title": 1}'
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "kind=province", "SERVER_NAME": "testserver",
            "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": f"application/json; {told}", "REMOTE_ADDR": "192.0.2.1",
            "HTTP_AUTHORIZATION": f"Bearer {key}", "HTTP_HOST": settings.ALLOWED_HOSTS[0],
        }  # fmt: skip
        answer = application.get_response(application.request_class(environ))
        assert answer.status_code in wanted, answer.content
