"""Which tables lie behind the second wall (apps/core/wall.py), by what a row is of a unit, and which do not, and why.

`database_roles` makes the policies of it. They hold one role, as which requests of units' people work: whoever else
reads the tables sees every row, and the planner knows that.
On its way to a unit a policy asks keys of other tables by views of the owner's, which no policy narrows: else policies
would ask one another in a circle.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from apps.organisations.models import OrganisationUnit
from apps.registers.models import Reach, RegisterRow
from program996.walled import HELD_ROLE, SETTING

SCHEMA = "wall"
POLICY, OPEN_POLICY = "rows_of_units", "every_row"
# Asked once for a statement, not for each row. Where nothing was told it is NULL, and no unit is among them.
_UNITS = f"ANY ((SELECT string_to_array(current_setting('{SETTING}', true), ','))::text[])"

# Ways from a row to the units that have it; one that ends at another row is that row's: seen with it. Registers that
# are known to their own units only follow from their declaration.
WAYS: Mapping[str, tuple[str, ...]] = {
    "enterprises.Enterprise": ("unit", "places__unit"),
    "enterprises.EnterprisePlace": ("unit",),
    "enterprises.ProgrammeEvent": ("unit", "programme__enterprise__places__unit"),
    "exchange.KnownHeading": ("unit",),
    "publications.ReportBook": ("unit",),
    "publications.Section": ("book",),
    "publications.SectionText": ("section",),
    "reports.AnnualReport": ("unit",),
    "reports.CellThread": ("report",),
    "reports.DeadlineExtension": ("report",),
    "reports.ReminderSent": ("report",),
    "reports.ReportFile": ("report",),
    "reports.ReportStep": ("report",),
    "reports.ReportedValue": ("report",),
    "reports.Review": ("submission",),
    "reports.ReviewNote": ("review",),
    "reports.Submission": ("report",),
}
_FIGURES = "figures of all units are read by everybody who reads figures"
_RIGHTS = "read to know who may do what, before that is known"
_NAMED = "whoever knows its code may name it, and lists show what they name"
_PUBLIC = "everybody who is signed in reads it"
_BESIDE = "told beside an enterprise to whoever sees it"
_PERSONS = "of one person, whatever their units"
_TASKS = "of two sides and of whom they take in; parents, relations and lists of tasks lead beyond a unit"
APART: Mapping[str, str] = {
    "allocations.Portion": "what each unit is to reach is seen by everybody to whom an allocation is shown",
    "audit.AuditEvent": "everybody adds to it, of whatever unit the act was",
    "documents.Attachment": "seen with the record that it hangs on, which its kind and key in text name",
    "enterprises.PrioritySector": "whoever may open the register sees all of it",
    "enterprises.AssuranceProgramme": "says which enterprise and which form, and nothing else; events hang on it",
    "enterprises.ManagingMinistry": _BESIDE,
    "enterprises.SupportActivity": _BESIDE,
    "exchange.ImportBatch": "rows tell the file that they came from, also where another unit brought it",
    "framework.ItemUnit": _PUBLIC,
    "jobs.Job": _PERSONS,
    "labs.ConformityBody": _NAMED,
    "labs.Criterion": "whoever may open the register sees all of it",
    "labs.Laboratory": _NAMED,
    "notifications.Comment": "seen with the record that it is about, which its kind and key in text name",
    "notifications.Notification": _PERSONS,
    "organisations.OrganisationUnit": _PUBLIC,
    "organisations.Succession": _PUBLIC,
    "organisations.UnitName": _PUBLIC,
    "people.ApiToken": _RIGHTS,
    "people.Invitation": "opened by its link, by who has no rights yet",
    "people.Membership": _RIGHTS,
    "people.SavedView": _PERSONS,
    "targets.AcceptedValue": _FIGURES,
    "targets.Exclusion": _FIGURES,
    "targets.IndicatorValue": _FIGURES,
    "targets.Target": _FIGURES,
    "targets.UnitStatistic": _FIGURES,
    "tasks.Participation": _TASKS,
    "tasks.PlanTask": _TASKS,
    "tasks.TaskList": _TASKS,
    "tasks.TaskStep": _TASKS,
    "webhooks.Subscription": "whoever changes something tells all who asked to be told",
}


def walled() -> dict[type[Model], tuple[str, ...]]:
    registers = {
        model: (model.UNIT,)
        for model in apps.get_models()
        if issubclass(model, RegisterRow) and model.REACH == Reach.OWN and model._meta.label not in APART
    }
    rows = registers | {apps.get_model(label): ways for label, ways in WAYS.items()}
    return rows | dict(_histories(rows))


def _histories(rows: Mapping[type[Model], tuple[str, ...]]) -> Iterator[tuple[type[Model], tuple[str, ...]]]:
    """How a row was before is seen with it, and by the unit that had it then."""
    for model in apps.get_models():
        tracked: Any = getattr(model, "pgh_tracked_model", None)
        if tracked in rows:
            there = {field.name for field in model._meta.get_fields()}
            yield model, ("pgh_obj", *(way for way in rows[tracked] if way.split("__")[0] in there))


class Rules:
    """The condition of each table, and the views of keys that they ask."""

    def __init__(self) -> None:
        self.ways = walled()
        self.keys: dict[str, set[str]] = defaultdict(set)  # of tables on the way, which columns
        asked = {model._meta.db_table: self._ways(model, model._meta.db_table) for model in self.ways}
        self.of_tables = {table: self._named(" OR ".join(conditions)) for table, conditions in asked.items()}

    def view(self, table: str) -> str:
        """Another name for other columns, so that what stands need not give way before its time."""
        return f"{SCHEMA}.{table}_{_mark(*sorted(self.keys[table]))[:8]}"

    def views(self) -> dict[str, str]:
        return {self.view(table): f"SELECT {', '.join(sorted(keys))} FROM {table}" for table, keys in self.keys.items()}

    def _named(self, condition: str) -> str:
        return re.sub(r"@(\w+)@", lambda found: self.view(found[1]), condition)

    def _ways(self, model: type[Model], at: str, depth: int = 1) -> list[str]:
        return [self._way(model, at, depth, *way.split("__")) for way in self.ways[model]]

    def _way(self, model: type[Model], at: str, depth: int, first: str, *rest: str) -> str:
        """In SQL: the unit of the row is among those told, or the row that it hangs on is of one."""
        field: Any = model._meta.get_field(first)
        table, other = model._meta.db_table, field.related_model
        if other is OrganisationUnit:
            self._need(table, at, field.column)
            return f"{at}.{field.column} = {_UNITS}"
        near, far = (field.column, other._meta.pk.column) if field.concrete else ("id", field.remote_field.column)
        self._need(table, at, near)
        beyond, found = other._meta.db_table, f"k{depth}"
        self.keys[beyond].add(far)
        further = [self._way(other, found, depth + 1, *rest)] if rest else self._ways(other, found, depth + 1)
        return f"EXISTS (SELECT FROM @{beyond}@ {found} WHERE {found}.{far} = {at}.{near} AND ({' OR '.join(further)}))"

    def _need(self, table: str, at: str, column: str) -> None:
        if at != table:
            self.keys[table].add(column)


def policies() -> dict[str, str]:
    return Rules().of_tables


def _mark(*words: str) -> str:
    return sha256("\0".join(words).encode()).hexdigest()[:16]


_STANDING = """
    SELECT c.relname::text, coalesce(obj_description(p.oid, 'pg_policy'), ''), c.relrowsecurity
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.polname = %s AND c.relnamespace = 'public'::regnamespace
"""
_VIEWS = "SELECT schemaname || '.' || viewname FROM pg_views WHERE schemaname = %s"
_MADE = f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"
_OPEN = f"GRANT USAGE ON SCHEMA {SCHEMA} TO {HELD_ROLE}; GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {HELD_ROLE}"


def set_up_wall() -> None:
    """Give each table its policy where it has none or another; one after the other, so that none waits for long."""
    rules, there = Rules(), set(connection.introspection.table_names())
    wanted = {table: rule for table, rule in rules.of_tables.items() if table in there}
    standing, views = _standing()
    made = {name: query for name, query in rules.views().items() if name not in views}
    _do(_MADE, *(f"CREATE VIEW {name} AS {query}" for name, query in made.items()), _OPEN)
    for statements in _changes(wanted, standing):
        _do(*statements)
    if left := sorted(views - rules.views().keys()):
        _do(*(f"DROP VIEW {name}" for name in left))


def _standing() -> tuple[dict[str, str], set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [POLICY])
        standing = {table: mark if is_on else "" for table, mark, is_on in cursor.fetchall()}
        cursor.execute(_VIEWS, [SCHEMA])
        return standing, {name for (name,) in cursor.fetchall()}


def _changes(wanted: Mapping[str, str], standing: Mapping[str, str]) -> Iterator[list[str]]:
    def dropped(table: str) -> list[str]:
        return [f"DROP POLICY IF EXISTS {policy} ON {table}" for policy in (POLICY, OPEN_POLICY)]

    for table in sorted(standing.keys() - wanted.keys()):
        yield [*dropped(table), f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
    for table, rule in sorted(wanted.items()):
        if standing.get(table) != _mark(rule):
            yield [
                *dropped(table),
                f"CREATE POLICY {OPEN_POLICY} ON {table} USING (true)",
                f"CREATE POLICY {POLICY} ON {table} AS RESTRICTIVE TO {HELD_ROLE} USING ({rule})",
                f"COMMENT ON POLICY {POLICY} ON {table} IS '{_mark(rule)}'",
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            ]


def _do(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
