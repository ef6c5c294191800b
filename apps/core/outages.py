"""Is an error the database's absence? Then waiting helps, and the person is told so: 503 instead of 500."""

from django.db import Error
from django.db import InterfaceError as DjangoInterfaceError
from django.db import OperationalError as DjangoOperationalError
from psycopg2 import InterfaceError, OperationalError

RETRY_AFTER = 5  # seconds
# Not reached, cut off, shutting down, starting up, or no connection left. A statement that took too long, a lock that
# was not given and a deadlock have codes of their own: there the database answered.
AWAY = ("08", "57P01", "57P02", "57P03", "53300")
LOST = (OperationalError, InterfaceError, DjangoOperationalError, DjangoInterfaceError)


def database_is_away(error: BaseException | None) -> bool:
    """Also where the loss stands behind the error: work in a transaction that lost its connection fails once more."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, LOST) and _says_so(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _says_so(error: BaseException) -> bool:
    told = error.__cause__ if isinstance(error, Error) and error.__cause__ is not None else error
    code = getattr(told, "pgcode", None)  # None: libpq's own words, as nobody answered
    return code is None or code.startswith(AWAY)
