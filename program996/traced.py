"""Each statement begins with the code of the request it serves, as a comment: `/* 1A2B-3C4D */ SELECT …`.

So what PostgreSQL shows of itself (pg_stat_activity, its log of slow or failed statements) leads to the request's lines
in our log, and to its audit rows. A job's statements bear the code of the request that asked for it and the job's id.

In front, as the server cuts what is long at its end; and in the cursor rather than in one of Django's wrappers, so that
nothing that looks at how a statement begins sees the comment, and no process or thread is left out.
"""

import re
from typing import Any

import structlog
from psycopg2.extensions import cursor

from program996.walled import WalledConnection

CODE = re.compile(r"[A-Z0-9-]{1,40}", re.ASCII)  # nothing that could end a comment, or stand for a parameter


def mark() -> str:
    """The comment of what runs here; empty outside of requests and jobs."""
    told = structlog.contextvars.get_contextvars()
    named = [str(told.get(name, "")).upper() for name in ("request_id", "job")]
    codes = [code for code in named if CODE.fullmatch(code)]
    return f"/* {' '.join(codes)} */ " if codes else ""


class TracedCursor(cursor):
    """Before each statement the session also learns whose rows it may give: see walled.py."""

    connection: WalledConnection

    def execute(self, query: Any, vars: Any = None) -> None:
        self.connection.tell()
        super().execute(marked(query), vars)
        self.connection.note(query)

    def executemany(self, query: Any, vars_list: Any) -> None:
        self.connection.tell()
        super().executemany(marked(query), vars_list)

    def copy_expert(self, query: Any, file: Any, size: int = 8192) -> None:
        self.connection.tell()
        super().copy_expert(marked(query), file, size)


def marked(query: Any) -> Any:
    """psycopg2 also takes bytes, and statements put together from parts, which nobody here sends."""
    if isinstance(query, str):
        return mark() + query
    return mark().encode() + query if isinstance(query, bytes) else query
