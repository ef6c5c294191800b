"""Whatever goes wrong with a call: Vietnamese words, a code that stays, and the incident code of the logs."""

import json
import re

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.test import Client
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.organisations.models import OrganisationUnit
from program996.urls import handler400, handler403, handler404, handler500  # noqa: F401  # this module is a URLconf
from program996.urls import urlpatterns as portal

UNITS, UNIT, VALUES = "/api/v1/units/", "/api/v1/units/VN-24-2025/", "/api/v1/indicators/MT5/values/"
ENGLISH = re.compile(r"\b(the|is|not|was|this|value|field|invalid|request|failed|matches|error)\b", re.I)
pytestmark = pytest.mark.django_db


def body_of(response, status: int, code: str) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) - {"errors", "allowed"} == {"detail", "code", "incident", "type", "title", "status", "instance"}
    assert body["status"] == status
    assert body["incident"] in body["instance"]
    assert body["type"].split("#")[0] == f"{settings.SITE_URL}/api/docs/problems/"
    assert (body["code"], body["incident"]) == (code, response["X-Request-ID"])
    assert body["detail"]
    assert not ENGLISH.search(json.dumps(words_of(body), ensure_ascii=False)), body
    return body


def words_of(body: dict) -> list[str]:
    return [body["title"], body["detail"], *(text.partition(" Dùng được")[0] for text in messages(body))]


def messages(body: dict) -> list[str]:
    return [one["message"] for found in body.get("errors", {}).values() for one in found]


# --- who, what, how ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [UNITS, UNIT, VALUES])
def test_nobody_signed_in(client, url):
    assert body_of(client.get(url), 401, "not_authenticated")["detail"] == "Cần mã truy cập để gọi địa chỉ này."


def test_no_right(signed_in, stranger):
    body_of(signed_in(stranger).get(UNITS), 403, "permission_denied")


@pytest.mark.parametrize("url", ["/api/v1/units/VN-99-2025/", "/api/v1/indicators/MT99/", "/api/v1/no/", "/api/no/"])
def test_not_found_names_nothing(signed_in, officer, url):
    """Neither a model nor an address: whatever is missing, the words are the same."""
    body = body_of(signed_in(officer).get(url), 404, "not_found")
    assert body["detail"] == "Không tìm thấy."


@pytest.mark.parametrize("page", ["0", "99999", "abc"])
def test_no_such_page(signed_in, officer, page):
    assert (
        body_of(signed_in(officer).get(UNITS, {"page": page}), 404, "no_such_page")["detail"] == "Không có trang này."
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_method_that_a_route_lacks(signed_in, officer, method):
    response = signed_in(officer).generic(method, UNITS, "{}", "application/json")
    assert method in body_of(response, 405, "method_not_allowed")["detail"]
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_form_token_missing(signed_in, officer):
    cookies = signed_in(officer).cookies
    client = Client(enforce_csrf_checks=True)
    client.cookies = cookies
    body_of(client.post(UNITS, {}, content_type="application/json"), 403, "csrf_failed")


def test_no_answer_in_the_form_asked_for(signed_in, officer):
    body_of(signed_in(officer).get(UNITS, headers={"Accept": "text/html"}), 406, "not_acceptable")


def test_too_many(signed_in, officer, settings):
    settings.LIMITS = {**settings.LIMITS, "api": (1, 1_000_000_000)}
    client = signed_in(officer)
    assert client.get(UNITS).status_code == 200
    response = client.get(UNITS)
    body = body_of(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 1_000_000_000
    assert f"Gọi lại sau {response['Retry-After']} giây." in body["detail"]


def test_wrong_host(client):
    body_of(client.get(UNITS, headers={"Host": "other.example"}), 400, "bad_request")


def test_failure_of_ours(monkeypatch, signed_in, officer):
    def fail(*_: object) -> None:
        raise RuntimeError("BIMAT996")

    client = signed_in(officer)
    monkeypatch.setattr(type(OrganisationUnit.objects.all()), "visible_to", fail)
    client.raise_request_exception = False
    assert "BIMAT996" not in str(body_of(client.get(UNITS), 500, "error"))


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "query", "code"),
    [
        (VALUES, {"units": "xx"}, "invalid_choice"),
        (VALUES, {"period": "x"}, "invalid"),
        (VALUES, {"period": "1900"}, "min_value"),
        (VALUES, {"period": "2999"}, "max_value"),
        (VALUES, {"unit": "V" * 41}, "max_length"),
        (VALUES, {"breakdown": "A B"}, "invalid"),
        (VALUES, {"known_on": "hôm qua"}, "invalid"),
        (VALUES, {"units": "a\0b"}, "invalid_choice"),
        (VALUES, {"unit": "a\0b"}, "control_character"),
        (VALUES, {"khong_co": "1"}, "unknown_parameter"),
        (UNITS, {"kind": "planet"}, "invalid_choice"),
        (UNITS, {"valid_on": "31/02/2024"}, "invalid"),
        (UNITS, {"search": "a\0b"}, "control_character"),
        (UNITS, {"ordering": "region"}, "unknown_ordering"),
        (UNITS, {"fields": "id,created_at"}, "unknown_field"),
        (UNITS, {"cursor": "xx"}, "bad_cursor"),
        (UNITS, {"total": "true"}, "invalid"),
        ("/api/v1/closings/", {"fields": "closed_by__email"}, "unknown_field"),
        (UNIT, {"kind": "province"}, "unknown_parameter"),
    ],
)
def test_parameter_at_fault_is_named_with_its_reason(signed_in, officer, url, query, code):
    errors = body_of(signed_in(officer).get(url, query), 400, "invalid")["errors"]
    assert {name: [one["code"] for one in found] for name, found in errors.items()} == {name: [code] for name in query}


# --- what no route of ours does yet: bodies and services --------------------------------------------------------------


class BodySerializer(serializers.Serializer):
    code = serializers.CharField(max_length=3)
    share = serializers.DecimalField(max_digits=3, decimal_places=2)


class ProbeView(APIView):
    permission_classes = [AllowAny]

    def post(self, request, kind: str) -> Response:
        if kind == "service":
            raise ValidationError("Báo cáo đã được nộp.", code="not_submittable")
        if kind == "model":
            raise ValidationError({"__all__": [ValidationError("Đã có.", code="unique")], "name": ["Nhập tên."]})
        if kind == "odd":
            raise SuspiciousOperation("BIMAT996")
        BodySerializer(data=request.data).is_valid(raise_exception=True)
        return Response({})


class FileView(ProbeView):
    parser_classes = [MultiPartParser]


urlpatterns = [path("api/v1/probe/<kind>/", ProbeView.as_view()), path("api/v1/files/<kind>/", FileView.as_view())]
urlpatterns += portal


@pytest.fixture
def post(client, settings):
    settings.ROOT_URLCONF = "tests.core.test_api_errors"

    def send(kind: str, content: str = "{}", as_: str = "application/json", to: str = "probe"):
        return client.post(f"/api/v1/{to}/{kind}/", content, content_type=as_)

    return send


@pytest.mark.parametrize("content", ["{", "{'a': 1}", "\ud800".encode("utf-8", "surrogatepass")])
def test_body_that_is_no_json(post, content):
    assert "JSON" in body_of(post("body", content), 400, "parse_error")["detail"]


def test_file_form_that_is_none(post):
    body_of(post("body", "x", "multipart/form-data; boundary=", to="files"), 400, "parse_error")


def test_body_of_another_kind(post):
    assert "text/csv" in body_of(post("body", "a,b", "text/csv"), 415, "unsupported_media_type")["detail"]


def test_fields_at_fault_do_not_hide_what_the_error_says_of_itself(post):
    """A field may be called `code` too."""
    body = body_of(post("body", json.dumps({"code": "quá dài", "share": "x"})), 400, "invalid")
    assert {name: found[0]["code"] for name, found in body["errors"].items()} == {
        "code": "max_length",
        "share": "invalid",
    }
    body = body_of(post("body", "[]"), 400, "invalid")
    assert [one["code"] for one in body["errors"]["non_field_errors"]] == ["invalid"]


def test_refusal_of_a_service_keeps_its_words_and_its_code(post):
    body = body_of(post("service"), 400, "not_submittable")
    assert body["detail"] == "Báo cáo đã được nộp."


def test_refusal_of_a_model_tells_whole_and_field(post):
    body = body_of(post("model"), 400, "unique")
    assert body["detail"] == "Đã có."
    assert messages(body) == ["Nhập tên.", "Đã có."]


def test_request_that_is_none_of_ours(post):
    assert "BIMAT996" not in str(body_of(post("odd"), 400, "bad_request"))
