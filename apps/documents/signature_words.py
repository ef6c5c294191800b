"""What people read of the signatures of a file: a line for each, and what they were held to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_datetime
from apps.documents.signatures import SOUND


class Told(NamedTuple):
    """A line on the file's entry: the badge's family and word (none: no badge), and what is said beside it."""

    text: str
    family: str = ""
    badge: str = ""


def lines_of(found: dict[str, Any] | None, checked_at: datetime | None = None) -> list[Told]:
    """In words, for who sees the file; nothing of a file that nobody has read yet, or that is no PDF."""
    if found is None:
        return []
    if found["state"] == "scan":
        return [Told(_("Bản chụp (scan), không có chữ ký số."))]
    if found["state"] == "none":
        return [Told(_("Không có chữ ký số."))]
    if found["state"] == "unreadable":
        return [Told(_("Không đọc được chữ ký số của tệp."), "warn", _("Chưa rõ chữ ký"))]
    return [*(_line(one) for one in found["signatures"]), Told(_note(found, checked_at))]


def _note(found: dict[str, Any], checked_at: datetime | None) -> str:
    trusts = {one.get("trust", "") for one in found["signatures"]} - {""}
    if not trusts or checked_at is None:
        return _("Chưa đối chiếu chứng thư số với tổ chức chứng thực.")
    if "unset" in trusts:
        return _("Chưa đối chiếu chứng thư số với tổ chức chứng thực: chưa cấu hình chứng thư gốc.")
    return _("Đã đối chiếu với các chứng thư gốc của cổng lúc %(moment)s.") % {"moment": vn_datetime(checked_at)}


def _line(one: dict[str, Any]) -> Told:
    verdict = {
        "unchanged": _("tệp không thay đổi sau khi ký"),
        "extended": _("sau khi ký, tệp chỉ được ký thêm hoặc điền biểu mẫu"),
        "altered": _("tệp đã bị thay đổi sau khi ký"),
        "partial": _("chữ ký không bao trùm toàn bộ tệp"),
        "invalid": _("chữ ký không hợp lệ"),
        "unreadable": _("không đọc được chữ ký"),
    }[one["state"]]
    about = "; ".join([_signed(one), verdict, *_trust(one)])
    return Told(f"{about}.", *_badge(one))


def _badge(one: dict[str, Any]) -> tuple[str, str]:
    broken = {
        "altered": ("bad", _("Đã bị thay đổi")),
        "partial": ("bad", _("Ký không trọn tệp")),
        "invalid": ("bad", _("Chữ ký không hợp lệ")),
        "unreadable": ("warn", _("Chưa rõ chữ ký")),
    }
    trust = one.get("trust", "")
    if one["state"] in broken:
        return broken[one["state"]]
    if trust == "trusted":
        return ("good", _("Dấu thời gian hợp lệ") if one["is_stamp"] else _("Chữ ký hợp lệ"))
    if trust == "revoked":
        return ("bad", _("Chứng thư đã bị thu hồi"))
    if trust in ("", "unset"):
        return ("info", _("Đã ký số"))
    return ("warn", _("Chưa xác minh được"))


def _trust(one: dict[str, Any]) -> Iterator[str]:
    """Why a sound signature is taken to be that person's, or not yet."""
    trust = one.get("trust", "")
    if trust in ("", "unset") or one["state"] not in SOUND:
        return
    words = {"issuer": one["issuer"] or _("tổ chức không ghi tên")}
    yield {
        "trusted": _("chứng thư do %(issuer)s cấp, thuộc chứng thư gốc được tin cậy"),
        "revoked": _("chứng thư do %(issuer)s cấp đã bị thu hồi"),
        "self_signed": _("chứng thư do người ký tự cấp, không xác minh được"),
        "unknown_issuer": _("chứng thư do %(issuer)s cấp, không thuộc chứng thư gốc nào của cổng"),
        "expired": _("chứng thư đã hết hạn khi cổng nhận tệp và không có dấu thời gian tin cậy trước đó"),
        "early": _("chứng thư chưa có hiệu lực khi cổng nhận tệp"),
        "weak": _("thuật toán ký hoặc khóa quá yếu, không xác minh được"),
        "purpose": _("chứng thư không được cấp để ký văn bản"),
        "chain": _("chuỗi chứng thư không hợp lệ, không xác minh được"),
    }[trust] % words
    if trust == "revoked" and one["revoked_at"]:
        yield _("thu hồi lúc %(moment)s") % {"moment": _moment(one["revoked_at"])}
    yield from {
        "clear": [_("không có trong danh sách thu hồi")],
        "unknown": [_("chưa có danh sách thu hồi còn hiệu lực để đối chiếu")],
        "unlisted": [_("chưa đối chiếu danh sách thu hồi")],
    }.get(one["revocation"], [])


def _signed(one: dict[str, Any]) -> str:
    who = ", ".join(filter(None, (one["signer"], one["organisation"]))) or _("người không ghi tên")
    by = _("Dấu thời gian của %(who)s") if one["is_stamp"] else _("Ký số bởi %(who)s")
    return " ".join([by % {"who": who}, *_when(one)])


def _when(one: dict[str, Any]) -> Iterator[str]:
    if one["stamped_at"]:
        is_doubtful = not one["is_stamp"] and one.get("trust", "unset") != "unset" and not one["stamp_is_trusted"]
        words = _("lúc %(moment)s theo dấu thời gian chưa xác minh được") if is_doubtful else ""
        yield (words or _("lúc %(moment)s theo dấu thời gian")) % {"moment": _moment(one["stamped_at"])}
    elif one["at"]:
        yield _("lúc %(moment)s theo máy của người ký") % {"moment": _moment(one["at"])}


def _moment(value: str) -> str:
    return vn_datetime(datetime.fromisoformat(value))
