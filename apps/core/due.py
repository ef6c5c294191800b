"""How near a day is, in words and in a colour: told the same way wherever something waits."""

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.markup import markup
from apps.core.templatetags.ui import icon, number

SOON = 7  # days


@dataclass(frozen=True)
class Due:
    """`tone`: "b" past, "w" within a week, "n" later. `to_act`: the house's own day for an act on it, not the day
    of the thing itself: who is late with a word on a task has not made the task late.
    """

    on: date
    today: date
    to_act: bool = False

    @property
    def left(self) -> int:
        return (self.on - self.today).days

    @property
    def tone(self) -> str:
        return "b" if self.left < 0 else "w" if self.left < SOON else "n"

    @property
    def words(self) -> str:
        if self.left < 0:
            words = (
                ngettext("quá hạn xử lý %(n)s ngày", "quá hạn xử lý %(n)s ngày", -self.left)
                if self.to_act
                else ngettext("quá hạn %(n)s ngày", "quá hạn %(n)s ngày", -self.left)
            )
            return words % {"n": number(-self.left)}
        words = ngettext("còn %(n)s ngày", "còn %(n)s ngày", self.left)
        return words % {"n": number(self.left)} if self.left else _("hạn hôm nay")

    @property
    def drawn(self) -> SafeString:
        drawing = icon("alert-circle" if self.tone == "b" else "clock")
        return markup('<span class="days %s">%s %s</span>', [(self.tone, drawing, self.words)])
