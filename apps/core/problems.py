"""Refusals of the API by their codes: problem details (RFC 9457), in Vietnamese or in English.

A body has the members of the RFC beside those it had before there were any: `detail`, `code`, `incident`, `errors`.
`type` is an address of the documentation; `title` is of the code, in the language asked for; `detail` is of this case.
The API's own words are there in both languages. Those of a service and of a field are Vietnamese: they are what the
pages say, and whoever repeats them to people repeats them as they are.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation.trans_real import parse_accept_lang_header

CONTENT_TYPE = "application/problem+json"
VIETNAMESE, ENGLISH = "vi", "en"


@dataclass(frozen=True)
class Problem:
    """`told`: in English what `detail` says, where the words are the API's own; they may name what the error says."""

    title: str
    title_en: str
    told: str = ""


REFUSED = "refused"  # every code of a service that has no words of its own below
PROBLEMS = {
    "bad_request": Problem("Yêu cầu không đọc được", "Unreadable request", "The request could not be read."),
    "parse_error": Problem(
        "Nội dung không phải JSON đúng cú pháp", "Malformed JSON", "The body must be well-formed JSON."
    ),
    "invalid": Problem(
        "Dữ liệu hoặc tham số chưa hợp lệ", "Invalid data or parameter", "What was sent is not valid: see errors."
    ),
    "unknown_parameter": Problem("Tham số không có trong tài liệu", "Unknown parameter"),
    "repeated_parameter": Problem("Tham số lặp lại với giá trị khác", "Parameter repeated with another value"),
    "unknown_field": Problem("Trường không có trong tài liệu", "Unknown field"),
    "unknown_ordering": Problem("Không xếp được theo trường này", "Ordering not allowed"),
    "bad_cursor": Problem("Con trỏ trang không hợp lệ", "Invalid cursor"),
    "bad_key": Problem(
        "Khóa chống gửi lặp không hợp lệ",
        "Invalid Idempotency-Key",
        "An Idempotency-Key has 1 to 100 printable characters.",
    ),
    "wrong_state": Problem("Chưa đến lúc của thao tác này", "Not allowed in the present state"),
    "not_authenticated": Problem(
        "Cần đăng nhập", "Authentication required", "This address is open to whoever is signed in."
    ),
    "authentication_failed": Problem("Không đăng nhập được", "Authentication failed", "The credentials are not valid."),
    "permission_denied": Problem(
        "Không có quyền", "Permission denied", "You do not have the permission to perform this action."
    ),
    "unknown_token": Problem("Không có mã truy cập này", "Unknown token", "There is no such token."),
    "revoked_token": Problem("Mã truy cập đã thu hồi", "Token revoked", "This token was revoked."),
    "expired_token": Problem("Mã truy cập đã hết hạn", "Token expired", "This token has expired."),
    "foreign_network": Problem(
        "Mã truy cập không dùng được từ mạng này", "Foreign network", "This token is not used from this network."
    ),
    "owner_closed": Problem(
        "Tài khoản của mã truy cập đã đóng", "Account closed", "The account of the token is closed."
    ),
    "owner_without_role": Problem(
        "Tài khoản của mã truy cập không còn vai trò", "No role left", "The account of the token has no role there."
    ),
    "wrong_scope": Problem(
        "Mã truy cập không có phạm vi này", "Insufficient scope", "The token lacks the scope that `needed` names."
    ),
    "https_required": Problem("Chỉ nhận lời gọi qua https", "HTTPS required", "The API is called over https only."),
    "csrf_failed": Problem(
        "Thiếu mã bảo vệ biểu mẫu", "CSRF check failed", "The CSRF token is missing, or is no longer valid."
    ),
    "second_factor_required": Problem(
        "Cần xác thực hai bước", "Second factor required", "Set up a second factor on the portal, then call again."
    ),
    "proof_required": Problem(
        "Cần xác nhận lại danh tính",
        "Recent proof of identity required",
        "The sign-in is older than ten minutes: prove on the portal who you are, then call again.",
    ),
    "not_installed": Problem("Máy chủ này không lập được dạng tệp đó", "Not available on this server"),
    "not_found": Problem("Không tìm thấy", "Not found", "Not found."),
    "no_such_page": Problem("Không có trang này", "No such page", "There is no such page."),
    "method_not_allowed": Problem(
        "Phương thức không dùng được ở đây", "Method not allowed", "This address does not take {method}."
    ),
    "not_acceptable": Problem(
        "Không có dạng trả lời được yêu cầu", "Not acceptable", "Answers are given as JSON only: ask for it in Accept."
    ),
    "unsupported_media_type": Problem(
        "Không nhận dạng nội dung này", "Unsupported media type", "Bodies are taken as JSON only."
    ),
    "too_large": Problem(
        "Nội dung gửi lên quá lớn", "Body too large", "The body is too large: send it in several requests."
    ),
    "stale": Problem("Dữ liệu đã được sửa trước đó", "Stale version"),
    "withdrawn": Problem("Bản ghi hoặc số liệu đã được rút", "Withdrawn"),
    "unique": Problem("Đã có bản ghi như vậy", "Such a record exists"),
    "cell_conflict": Problem("Có ô vừa được người khác sửa", "Cells were changed by somebody else"),
    "key_reused": Problem(
        "Khóa chống gửi lặp đã dùng cho yêu cầu khác",
        "Idempotency-Key reused",
        "This Idempotency-Key was used for another request.",
    ),
    "resync": Problem(
        "Phải đọc lại cả danh sách",
        "Read the list anew",
        "Your rights are others now, or the cursor can no longer be used: take a new cursor, then read the whole list.",
    ),
    "precondition_failed": Problem(
        "Dữ liệu không còn như If-Match nêu", "Precondition failed", "The record is no longer as If-Match names it."
    ),
    "throttled": Problem(
        "Gọi quá nhiều", "Too many requests", "Too many requests in too short a time: call again after {wait} seconds."
    ),
    "error": Problem("Hệ thống gặp sự cố", "Server error", "Something went wrong on our side."),
    "unavailable": Problem(
        "Cơ sở dữ liệu tạm thời không trả lời", "Temporarily unavailable", "Try again in a few seconds."
    ),
    "busy": Problem("Hệ thống đang bận", "Busy", "This is being written right now. Nothing was saved; try again."),
    REFUSED: Problem("Nghiệp vụ không cho phép", "Refused by a rule of the programme"),
}


def language_of(request: Any) -> str:
    """English where it is asked for before Vietnamese; all else is Vietnamese."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200].lower())
    ours = (code.split("-")[0] for code, quality in asked if quality > 0)
    return next((code for code in ours if code in (ENGLISH, VIETNAMESE)), VIETNAMESE)


def details_of(
    request: Any, status: int, told: dict[str, Any], *, is_ours: bool = True, **named: Any
) -> dict[str, Any]:
    """The members of the RFC for a refusal that says `told`; `named` fill in the words of the code.

    `is_ours`: the words are the API's own, not a service's.
    """
    code = told.get("code")
    known = code if isinstance(code, str) and code in PROBLEMS else REFUSED
    problem, incident = PROBLEMS[known], getattr(request, "incident", "")
    english = language_of(request) == ENGLISH
    found = {
        "type": f"{settings.SITE_URL}{_page()}#{known}",
        "title": problem.title_en if english else problem.title,
        "status": status,
        "instance": f"tag:{urlsplit(settings.SITE_URL).hostname},2026:incident:{incident}",
    }
    return found | ({"detail": problem.told.format(**named)} if english and is_ours and problem.told else {})


def _page() -> str:
    try:
        return reverse("api-problems")
    except NoReverseMatch:  # a failure while the addresses themselves are read
        return "/api/docs/problems/"
