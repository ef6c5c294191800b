"""A state has one table of moves: `MOVES` of the model, its whole life from the making of a row to its end.

Services, pages and tests read it. No engine: the service of a verb holds the row (`hold`), which refuses where it is
not the moment, puts it into its new state (`go`), and does and records the rest itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=Model)
NEW: tuple[str, ...] = ()  # the verb makes the row
SAME = ""  # the verb changes something of the row, but not its state
WRONG_STATE = "wrong_state"


@dataclass(frozen=True)
class Move:
    """What a verb does to the state: from which, to which; who may, what the audit calls it, who and when are noted as.

    A verb of several outcomes has a move for each. Without a permission it is the machine's, or goes by a link.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    permission: str = ""
    audit: str = ""
    who: str = ""
    when: str = ""
    machine: str = ""  # nobody's button: the kind of the job that does it; or "worker", "relay", "clock", "service"
    only_if: str = ""  # a truth of the row that must hold besides its state
    not_by: str = ""  # a field of the row: whoever stands in it leaves this to another person
    needs: tuple[str, ...] = ()  # what whoever makes it must give: "reason", "decision"

    def leaves(self, row: Any) -> bool:
        """Whether it can be made from where the row is now."""
        return row.state in self.sources and (not self.only_if or bool(getattr(row, self.only_if)))

    def is_open_to(self, user: PermissionsMixin | AnonymousUser, row: Any) -> bool:
        if not self.permission or not user.has_perm(self.permission):
            return False
        return not self.not_by or getattr(row, f"{self.not_by}_id") != user.pk


def moves_from(model: Any, state: str) -> list[Move]:
    return [move for move in model.MOVES if state in move.sources]


def find(model: Any, verb: str) -> list[Move]:
    """All moves of a verb; one that the table does not have is a mistake of ours."""
    found = [move for move in model.MOVES if move.verb == verb]
    if not found:
        raise LookupError(f"{model} has no verb {verb}")
    return found


def audit_of(model: Any, verb: str) -> str:
    """What the audit calls a verb that makes the row: there is no state yet to ask `require` for the move."""
    return find(model, verb)[0].audit


def move_from(row: Any, verb: str, outcome: str | None = None) -> Move | None:
    """The move the verb makes from where the row is; None: it is not the moment. `outcome`: the state it comes to."""
    moves = (move for move in find(row, verb) if outcome is None or move.target == outcome)
    return next((move for move in moves if move.leaves(row)), None)


def allowed(row: Any, user: PermissionsMixin | AnonymousUser) -> frozenset[str]:
    """Verbs for which this person finds a button. Whether the row is in their scope the caller has asked."""
    return frozenset(move.verb for move in row.MOVES if move.leaves(row) and move.is_open_to(user, row))


def is_under_way(row: Any) -> bool:
    """Whether a job is to move the row on."""
    return any(move.machine not in ("", "clock") for move in moves_from(row, row.state))


def require(row: Any, verb: str, outcome: str | None = None) -> Move:
    """The move, or a refusal that says where the row stands. To be asked with the row locked."""
    move = move_from(row, verb, outcome)
    if move is None:
        raise ValidationError(_refusal(row, verb), code=WRONG_STATE)
    return move


def hold(row: Row, verb: str, rows: QuerySet[Row] | None = None, *, outcome: str | None = None) -> tuple[Row, Move]:
    """The row as it stands now, locked until the end of the transaction, and the move. `rows` locks in another way."""
    if rows is None:
        rows = type(row)._default_manager.select_for_update(of=("self",))
    row = rows.get(pk=row.pk)
    return row, require(row, verb, outcome)


def go(row: Model, move: Move, *, by: Any = None) -> list[str]:
    """Put the row into the state after the move, with who and when; return what is to be saved."""
    noted: dict[str, Any] = {}
    if move.target and "state" in _columns(row):
        noted["state"] = str(move.target)
    if move.who:
        noted[move.who] = by
    if move.when:
        noted[move.when] = timezone.now()
    for name, value in noted.items():
        setattr(row, name, value)
    return list(noted)


def _columns(row: Model) -> Iterable[str]:
    return [field.name for field in row._meta.concrete_fields]


def _refusal(row: Any, verb: str) -> str:
    """The model's own words where it has some (`why_not`): they know the remedy."""
    words = row.why_not(verb) if hasattr(row, "why_not") else ""
    if words:
        return str(words)
    name = str(row._meta.verbose_name)
    told = _(
        "%(what)s đang ở trạng thái “%(state)s”, không thực hiện được thao tác này. Mở lại trang để xem trạng thái mới."
    )
    return told % {"what": name[:1].upper() + name[1:], "state": type(row).State(row.state).label}
