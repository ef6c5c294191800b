"""Is an error the database's absence, or are others at the same row? Then waiting helps, and the person is told so:
503 instead of 500. Or is it the sender's, who nests beyond all measure? Then it is 400.
"""

import json.decoder
import json.scanner
from types import TracebackType

from django.db import Error, IntegrityError
from django.db import InterfaceError as DjangoInterfaceError
from django.db import OperationalError as DjangoOperationalError
from psycopg2 import InterfaceError, OperationalError

RETRY_AFTER = 5  # seconds
# Not reached, cut off, shutting down, starting up, or no connection left.
AWAY = ("08", "57P01", "57P02", "57P03", "53300")
# A lock that was not given, a statement that took too long, a deadlock, two changes of the same at once: the database
# answered, and nothing of the request was kept.
BUSY = ("55P03", "57014", "40P01", "40001")
# Two made the same at once: full_clean() found nothing, the other's row came between. Asked again, it says whose.
TWIN = "23505"
READERS = {json.decoder.__file__, json.scanner.__file__}
LOST = (OperationalError, InterfaceError, DjangoOperationalError, DjangoInterfaceError)


def database_is_away(error: BaseException | None) -> bool:
    """Also where the loss stands behind the error: work in a transaction that lost its connection fails once more."""
    return any(isinstance(one, LOST) and _code(one, none=AWAY[0]).startswith(AWAY) for one in _chain(error))


def database_is_busy(error: BaseException | None) -> bool:
    return any(
        (isinstance(one, LOST) and _code(one, none="").startswith(BUSY))
        or (isinstance(one, IntegrityError) and _code(one, none="") == TWIN)
        for one in _chain(error)
    )


def is_nested_too_deeply(error: BaseException | None) -> bool:
    """A text whose reader went beyond Python's own limit; anybody else who does so is at fault himself."""
    return any(isinstance(one, RecursionError) and _raised_in(one.__traceback__) in READERS for one in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _code(error: BaseException, *, none: str) -> str:
    """PostgreSQL's code of the error; `none` where there are only libpq's own words, as nobody answered."""
    told = error.__cause__ if isinstance(error, Error) and error.__cause__ is not None else error
    return getattr(told, "pgcode", None) or none


def _raised_in(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename if trace else ""
