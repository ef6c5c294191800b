"""The picture that stands beside a link when somebody passes it on: the page's answer in a few words."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number, told_date
from apps.papers.picture import draw
from apps.public.places import Province
from apps.public.results import Results
from apps.targets.models import Publication

# Ground and letters by the conclusion, as the style sheet has them.
COLOURS = {"v-b": ("#fce9e6", "#9c1f12"), "v-w": ("#fdf1dc", "#7f4606"), "v-g": ("#e3f4ef", "#0b5c4d")}


def picture_of_results(found: Results) -> bytes:
    summary = found.summary
    counts = [
        {"number": str(len(group["items"])), "words": str(group["label"]), "fill": fill, "ink": ink}
        for group in found.groups
        if group["css"] in COLOURS
        for fill, ink in [COLOURS[group["css"]]]
    ]
    return _drawn(*words_of_results(found), counts if summary.judged else [], found.last)


def words_of_results(found: Results) -> tuple[str, str]:
    """The question, and the answer as far as it is known: what the picture says, also to who does not see it."""
    summary = found.summary
    words = _("%(n)s trong %(total)s mục tiêu sẽ đạt, nếu giữ mức tăng bình quân ba năm gần nhất.")
    answer = words % {"n": summary.met, "total": summary.total} if summary.judged else ""
    return _("Việt Nam có đạt mục tiêu đo lường năm 2030 không?"), answer


def picture_of_province(province: Province) -> bytes:
    return _drawn(*words_of_province(province), [], province.last)


def words_of_province(province: Province) -> tuple[str, str]:
    standing, answer = province.standing, ""
    if standing:
        words = _("%(name)s: %(rate)s trên 1.000 doanh nghiệp đang hoạt động")
        told = {"name": standing.indicator.told_name, "rate": number(standing.place.rate, 1)}
        answer = words % told
    name = _("%(name)s: kết quả thực hiện Đề án 996") % {"name": province.unit.short_name}
    return name, answer


def _drawn(title: str, answer: str, counts: list[dict[str, Any]], last: Publication | None) -> bytes:
    foot = _("Số liệu công bố ngày %(day)s") % {"day": told_date(last.published_at)} if last else ""
    if last and last.is_illustrative:
        foot = f"{foot} · {_('Số liệu minh họa')}"
    head = _("Đề án 996 · Đo lường hỗ trợ doanh nghiệp")
    told = {"language": get_language() or "vi", "head": head, "title": title, "answer": answer, "foot": foot}
    return draw("share", told | {"counts": counts})
