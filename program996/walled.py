"""Tells the session, before a statement, of which units it gives rows (apps/core/wall.py): only where that is another
than what it was told last.

Where there are units to be held to, it works as a role to which the policies apply; else as the one that came in, to
which they do not, so that the programme's own people and the jobs have the plans of tables without any. Where that role
was not made, the portal runs by one role, and there is no second wall.

A setting goes back with the transaction, or the savepoint, in which it was made: after each of those it is told anew.
So a connection that serves one person after another gives none of them the former one's rows. Below Django's wrappers,
where every statement passes, whatever sends it.
"""

from typing import Any, ClassVar

from psycopg2.extensions import TRANSACTION_STATUS_INERROR, connection, cursor

from apps.core import wall

HELD_ROLE = "program996_unit"
SETTING = "portal.units"
_TELL = f"""
    SELECT set_config('{SETTING}', %s, false), set_config('role', coalesce((
        SELECT rolname FROM pg_roles WHERE rolname = %s AND pg_has_role(session_user, oid, 'MEMBER')
    ), 'none'), false)
"""


class WalledConnection(connection):
    held_role: ClassVar[str] = HELD_ROLE
    told: str | None = None  # None: nobody knows

    def rollback(self) -> None:
        self.told = None
        super().rollback()

    def tell(self) -> None:
        wanted = wall.told()
        if wanted == self.told or self.get_transaction_status() == TRANSACTION_STATUS_INERROR:
            return
        is_open = wanted == wall.EVERYTHING
        with self.cursor(cursor_factory=cursor) as plain:
            plain.execute(_TELL, [wanted, "" if is_open else self.held_role])
        self.told = wanted

    def note(self, query: Any) -> None:
        """What the session was told inside a savepoint is gone with it."""
        if isinstance(query, str) and query.lstrip()[:8].upper() == "ROLLBACK":
            self.told = None
