"""Which state of the data an answer was made from, known without making it: what `ETag` says.

A version is never older than what it stands for. Of a row it is what PostgreSQL itself knows it by (who wrote it, and
where it lies), which every writer changes, a trigger or an import as well as a service; a moment in a column would miss
who began before and committed after. Of small tables it is a sum over all their rows. Beside it stands whatever else
the answer hangs on: who asks and with which rights, the day, the portal's own code.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.expressions import Col
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import parse_etags

from apps.core.reading import connection

Rights = Callable[[Any], str]
_rights: list[Rights] = []


def depend_on(rights: Rights) -> None:
    """What of a person answers hang on, in words that change with it; said by the apps that know of rights."""
    _rights.append(rights)


def rights_told(user: Any) -> list[str]:
    return [read(user) for read in _rights]


class RowVersion(models.Func):
    """Which version of the row the statement reads: `annotate(row_version=RowVersion("pk"))`."""

    output_field = models.TextField()

    def as_sql(self, compiler: Any, connection: Any, **kwargs: Any) -> tuple[str, list[Any]]:
        [key] = self.source_expressions
        if not isinstance(key, Col):
            raise TypeError("a row's version is asked for by its key")
        row = compiler.quote_name_unless_alias(key.alias)
        return f"concat({row}.xmin, ' ', {row}.ctid)", []


def version_of_tables(*tables: type[models.Model]) -> str:
    """Of small ones: every row is read, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {version_in_sql(*tables)}")
        version: str = cursor.fetchone()[0]
    return version


def version_in_sql(*tables: type[models.Model]) -> str:
    """The same for a statement that asks for more."""
    sums = [
        f"(SELECT concat(count(*), ':', sum(hashtextextended(concat(t.{_key(model)}, ' ', t.xmin, t.ctid), 0)))"
        f" FROM {connection.ops.quote_name(model._meta.db_table)} t)"
        for model in tables
    ]
    return f"concat_ws('/', {', '.join(sums)})"


def _key(model: type[models.Model]) -> str:
    pk: Any = model._meta.pk
    return str(connection.ops.quote_name(pk.column))


def tag_of(request: HttpRequest, *version: Any, path: str) -> str:
    """The ETag of an answer made for this person, today, by this code, from that version."""
    ground = [path, request.user.pk, rights_told(request.user), timezone.localdate().isoformat(), _code(), version]
    return tag_of_text(json.dumps(ground, default=str).encode())


def tag_of_text(content: bytes) -> str:
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


@cache
def _code() -> str:
    """Another release may tell the same rows otherwise: by its code, its pages, its words in English. By what the files
    say and not by when they came, so that all hosts of a portal mean the same version.
    """
    told, base = hashlib.blake2b(digest_size=8), Path(settings.BASE_DIR)
    for folder, kind in (("apps", "*.py"), ("program996", "*.py"), ("program996", "*.mo"), ("templates", "*.html")):
        for path in sorted(Path(base, folder).rglob(kind)):
            told.update(f"{path.relative_to(base)}\0{hashlib.blake2b(path.read_bytes()).hexdigest()}".encode())
    return told.hexdigest()


def names(header: str, tag: str) -> bool:
    """Whether the header's list has the tag. Whether it is marked weak is no matter: our own compression marks it."""
    given: Iterable[str] = parse_etags(header)
    return any(one == "*" or one.removeprefix("W/") == tag for one in given)
