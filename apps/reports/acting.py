"""On whose side a person acts on a report: for the unit that reports, as its signer, or for the programme office."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.moves import Move
from apps.organisations.selectors import heir_of
from apps.people.rights import rights_of, units_with
from apps.reports import moving
from apps.reports.models import AnnualReport, FormVersion

OF_UNIT = frozenset({moving.FILL, moving.SEND, moving.SIGN})


def acts_on(user: User, permission: str, report: AnnualReport) -> bool:
    """Whether the person holds the permission on the report's own side."""
    if permission in OF_UNIT and user.is_superuser:
        return True
    if permission == moving.SIGN:
        return _signs(user, report)
    scope = units_with(user, permission)
    # Whoever holds it in the programme office (a program may) fills in no unit's report.
    return report.unit_id in scope.ids if permission in OF_UNIT else scope.everything


def _signs(user: User, report: AnnualReport) -> bool:
    """By the form: who leads the reporting unit itself, or the leader of its focal sub-unit."""
    if report.form.signer == FormVersion.Signer.FOCAL:
        return report.unit_id in units_with(user, moving.SIGN).ids
    homes = rights_of(user).given_in.get(moving.SIGN, ())
    if not homes or report.unit_id in homes:  # mostly, and without a query for each row of a list
        return bool(homes)
    return heir_of(report.unit_id, timezone.localdate()) in homes


def need(user: User, permission: str, report: AnnualReport) -> None:
    if not acts_on(user, permission, report):
        raise PermissionDenied(report)


def allowed_moves(report: AnnualReport, user: User) -> list[Move]:
    """The moves for which this person finds a button, in the order of the table; each verb once."""
    if report.excused_at is not None or (report.state in moving.AT_UNIT and not report.takes_entries):
        return []
    found: dict[str, Move] = {}
    for move in report.MOVES:
        if move.leaves(report) and move.is_open_to(user, report) and acts_on(user, move.permission, report):
            found.setdefault(move.verb, move)
    return list(found.values())


def refuse_same_person(move: Move, report: AnnualReport, by: User) -> None:
    """Whoever prepares, whoever signs and whoever accepts are different persons."""
    if move.not_by and getattr(report, f"{move.not_by}_id") == by.pk:
        words = {
            "handed_by": _("Bạn là người trình báo cáo này: người khác phải ký."),
            "signed_by": _("Bạn là người ghi nhận ký báo cáo này: người khác phải thẩm tra."),
        }
        raise ValidationError(words[move.not_by], code="same_person")
