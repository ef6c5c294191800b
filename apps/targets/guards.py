"""What holds an accepted figure in the database: nothing of it is copied, so the rows it is read from must not move.

A figure says once what it says, and ends once; neither beginning nor end of one is ever put before a closing of its
period; the days of a closed period stay; and what a unit was given stays, a later version stands beside it.
`database_roles` adds that the portal's role may write no other column.
"""

import pgtrigger

# A statement at a time: a recount writes thousands. Whoever closes waits for all who have taken their moment, so what
# a counter is about to write is never before a closing (`services.moment_of_writing`).
_NOT_BEFORE_A_CLOSING = """
    IF EXISTS (
        SELECT FROM new_rows n
        JOIN (SELECT period_id, max(as_of) AS as_of FROM targets_periodclosing GROUP BY 1) c USING (period_id)
        WHERE n.{moment} <= c.as_of
    ) THEN
        RAISE EXCEPTION 'figures of a closed period change from its closing on, not before'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

FIGURES = [
    pgtrigger.Protect(name="keep_history", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(name="said_once", exclude=["known_to"]),
    pgtrigger.Protect(
        name="ended_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__known_to__isnull=False)
    ),
    pgtrigger.Trigger(
        name="begins_after_the_closing",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func=_NOT_BEFORE_A_CLOSING.format(moment="known_from"),
    ),
    pgtrigger.Trigger(
        name="ends_after_the_closing",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func=_NOT_BEFORE_A_CLOSING.format(moment="known_to"),
    ),
]
PERIODS = [
    pgtrigger.Trigger(
        name="closed_days_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("year", "starts_on", "ends_on"),
        func="""
            IF EXISTS (SELECT FROM targets_periodclosing WHERE period_id = OLD.id) THEN
                RAISE EXCEPTION 'period % is closed: its days stay', OLD.code USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    ),
]
# Those of the reference data may be corrected with it; what people wrote was counted by.
DEFINITIONS = [
    pgtrigger.Protect(
        name="defined_once",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__entered_by__isnull=False),
    ),
]
# A unit is given its target by an approved allocation, whose lines must say the same for ever.
TARGETS = [
    pgtrigger.Protect(
        name="given_for_good",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__unit__isnull=False),
    ),
]
