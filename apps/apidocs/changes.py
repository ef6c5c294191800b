"""What of the API changes, and how often it may be called: its change log and limits."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings


@dataclass(frozen=True)
class Change:
    month: date
    words: str
    english: str  # as docs/api.md has it


@dataclass(frozen=True)
class Limit:
    words: str
    most: int
    seconds: int


CHANGES = (
    Change(
        date(2026, 12, 2),
        "`reports/…/recall/`: đơn vị rút lại báo cáo đã trình mà lãnh đạo chưa ký; `recall` có trong "
        "`allowed_actions`.",
        "`reports/…/recall/`: a unit takes back a report that its leader has not signed yet; `recall` among "
        "`allowed_actions`.",
    ),
    Change(
        date(2026, 12, 2),
        "`indicators/{code}/provenance/` có tham số `known_on`: những dòng đã được tính tại thời điểm đó.",
        "`known_on` of `indicators/{code}/provenance/`: the rows that were counted at that moment.",
    ),
    Change(
        date(2026, 12, 1),
        "`allocations/`: giao chỉ tiêu cho đơn vị, mọi phiên bản; `targets/of-unit/`: chỉ tiêu mà một đơn vị được đánh "
        "giá theo.",
        "`allocations/`: targets given to units, in all versions; `targets/of-unit/`: by which target a unit is "
        "judged.",
    ),
    Change(
        date(2026, 12, 1),
        "Các sổ hoạt động của đơn vị ngoài nhiệm vụ: `registers/inspections/`, `difficulties/`, "
        "`infrastructure-reviews/`, `policies/`, `high-tech-products/`, `events/`, `communications/`, `awards/`, "
        "`agreements/`, `international-memberships/`, `exchanges/`, với phạm vi cùng tên.",
        "registers of what units do besides tasks: `registers/inspections/`, `difficulties/`, "
        "`infrastructure-reviews/`, `policies/`, `high-tech-products/`, `events/`, `communications/`, `awards/`, "
        "`agreements/`, `international-memberships/`, `exchanges/`, with scopes of the same names.",
    ),
    Change(
        date(2026, 12, 1),
        "`publications/`: báo cáo tổng hợp đã ban hành, với mọi số liệu và tệp của nó.",
        "`publications/`: report books that are issued, with all their figures and their files.",
    ),
    Change(
        date(2026, 12, 1),
        "`registers/enterprises/` và `registers/managing-ministries/` không còn xếp được theo `tax_code`: thứ tự cho "
        "biết phần đã ẩn của mã số thuế hộ kinh doanh.",
        "`registers/enterprises/` and `registers/managing-ministries/` are no longer sorted by `tax_code`: the order "
        "told what of a household's code is hidden.",
    ),
    Change(
        date(2026, 12, 1),
        "`POST jobs/` lập tệp .xlsx và Parquet của cả danh sách; `url` của tác vụ là một địa chỉ của API, null khi "
        "người gọi không tải được tệp; `error` của tác vụ.",
        "`POST jobs/` writes whole lists as .xlsx and Parquet; `url` of a job is an address of the API, and null where "
        "the caller cannot fetch the file; `error` of jobs.",
    ),
    Change(
        date(2026, 12, 1),
        "`webhooks/`. Từ trang thứ hai trong một lượt, `changes/` được tính vào giới hạn xuất tệp.",
        "`webhooks/`. Further pages of a round of `changes/` count against the limit of exports.",
    ),
    Change(
        date(2026, 12, 1),
        "`public/` mở cho mọi người, không cần mã truy cập: các lần công bố, mục tiêu với mức phải đạt của cả "
        "nước, số liệu đã công bố dạng JSON, .csv, NDJSON và JSON-stat, trang web khác đọc được, lưu được một "
        "giờ.",
        "`public/`, open to everybody without a token: publications, indicators with the nation's targets, "
        "published figures as JSON, .csv, NDJSON and JSON-stat, readable from other sites' pages, good in a "
        "cache for an hour.",
    ),
    Change(
        date(2026, 12, 1),
        "Gọi khi chưa đăng nhập và không kèm mã truy cập: trả về 401 kèm `WWW-Authenticate` (trước khi có mã truy cập "
        "là 403).",
        "whoever has not signed in and sends no token is answered 401 with `WWW-Authenticate` (403 before there were "
        "tokens).",
    ),
    Change(
        date(2026, 12, 1),
        "`changes/`, `figures/`.",
        "`changes/`, `figures/`.",
    ),
    Change(
        date(2026, 12, 1),
        "`page_size` không phải số lớn hơn 0 và bộ lọc có/không mà không nói rõ thì bị từ chối (trước đây bỏ qua); nội "
        "dung gửi lên quá 2,5 MB trả về 413; mã truy cập chỉ thấy các dòng đứng sau một số liệu khi có phạm vi của sổ.",
        "a `page_size` that is no number above 0 and a filter by yes or no that says neither are refused (they were "
        "passed over); bodies over 2.5 MB are 413; a token is told rows behind a figure only with the scopes of their "
        "registers.",
    ),
    Change(
        date(2026, 12, 1),
        "`rate` của số liệu là văn bản. Lỗi theo RFC 9457, `fields`, `ordering`, `cursor`, `ETag`, `If-Match`, "
        "`Idempotency-Key` ở mọi POST; kỳ số liệu, mục tiêu, nguồn gốc số liệu, tác vụ, doanh nghiệp và các giai "
        "đoạn; cả danh sách dạng .csv và NDJSON, số liệu dạng JSON-stat; `allowed_actions` của các dòng trong sổ. Tại "
        "địa chỉ của một bản ghi, bộ lọc của danh sách bị từ chối vì chưa từng có trong tài liệu.",
        "`rate` of figures is text. Problem details, `fields`, `ordering`, `cursor`, `ETag`, `If-Match`, "
        "`Idempotency-Key` at every POST; periods, targets, provenance, jobs, enterprises and their events; whole "
        "lists as .csv and NDJSON, figures as JSON-stat; `allowed_actions` of rows of registers. On the address of one "
        "record a filter of its list is refused, as nobody documented it.",
    ),
)
_LIMITS = {
    "public": "Lần gọi các địa chỉ mở cho mọi người, từ một địa chỉ mạng",
    "api": "Lần gọi của một tài khoản, hoặc của một địa chỉ mạng khi chưa đăng nhập",
    "token": "Lần gọi bằng một mã truy cập",
    "wrong_token": "Lần gọi bằng mã không tồn tại, từ một địa chỉ mạng",
    "export": "Tệp của một tài khoản",
}


def limits() -> list[Limit]:
    """As this portal is set."""
    return [Limit(words, *settings.LIMITS[name]) for name, words in _LIMITS.items()]
