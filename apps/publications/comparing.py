"""What is another in a book than in the version before it: figures, who reported, and which sections were rewritten."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.publications.assembling import Assembled


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


def differences(old: Assembled, new: Assembled) -> list[Difference]:
    found = []
    counts = [_counted(one) for one in (old, new)]
    if counts[0] != counts[1]:
        found.append(Difference(_("Đơn vị đã nộp"), *counts))
    before, after = old.facts.figures, new.facts.figures
    for key in dict.fromkeys([*after, *before]):
        texts = [figures[key].text if key in figures else "–" for figures in (before, after)]
        if texts[0] != texts[1] and not key.startswith("reports."):
            found.append(Difference((after.get(key) or before[key]).label, *texts))
    said = {one.part.code: one.part.text for one in old.chapters}
    for chapter in new.chapters:
        if not chapter.part.is_self_built and chapter.part.text != said.get(chapter.part.code):
            name = _("Mục %(n)s. %(title)s") % {"n": chapter.number, "title": chapter.part.title}
            found.append(Difference(name, "", _("viết lại")))
    return found


def _counted(found: Assembled) -> str:
    rows = found.facts.about.get("completeness", ())
    return f"{sum(one[1] for one in rows)}/{sum(one[2] for one in rows)}"
