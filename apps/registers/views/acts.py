"""What can be done with rows of a list at once: with those that are ticked, or with all at the filter."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.people.rights import units_with
from apps.registers.declaration import Register

WITHDRAW, RESTORE, HAND_OVER = _("Rút khỏi sổ"), _("Đưa lại vào sổ"), _("Bàn giao cho đơn vị khác")


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    url: str


def acts_on(register: Register, user: User, *, gone: bool) -> list[Act]:
    """By this person, with rows that stand in the register or with those that were withdrawn."""
    scope = units_with(user, register.permission("change"))
    if not scope.everything and not scope.ids:
        return []
    if gone:
        return [_act(RESTORE, "rotate-clockwise", "rows_restore", register)]
    acts = [_act(WITHDRAW, "arrow-back-up", "rows_withdraw", register)]
    if register.unit_column and (scope.everything or len(scope.ids) > 1):
        acts.append(_act(HAND_OVER, "user-share", "rows_hand_over", register))
    return acts


def _act(label: str | Promise, icon: str, name: str, register: Register) -> Act:
    return Act(label, icon, reverse(f"registers:{name}", args=[register.slug]))
