"""What holds an allocation in the database: what was proposed is what is approved, and what was approved stays.

Amounts are written while it is a draft; what they add to is noted until it is proposed. An approved line points to the
target that it issued, and only to one that says the same as the lines do.
"""

import pgtrigger

_STATE = "SELECT a.state FROM allocations_allocation a"
_WRITABLE = """
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    {which};
"""

PORTIONS = [
    pgtrigger.Trigger(
        name="until_proposed",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("changed", "allocations_portion%ROWTYPE"), ("standing", "text")],
        func=f"""
            {_WRITABLE.format(which=f"{_STATE} WHERE a.id = changed.allocation_id INTO standing")}
            IF standing NOT IN ('draft', 'out_for_comment') THEN
                RAISE EXCEPTION 'allocation % is %: its parts stay', changed.allocation_id, standing
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN changed;
        """,
    ),
]
LINES = [
    pgtrigger.Trigger(
        name="while_a_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("changed", "allocations_allocationline%ROWTYPE"), ("standing", "text")],
        func=f"""
            {
            _WRITABLE.format(
                which=f'''
                {_STATE} JOIN allocations_portion p ON p.allocation_id = a.id WHERE p.id = changed.portion_id
                INTO standing'''
            )
        }
            IF standing = 'draft' THEN
                IF TG_OP <> 'DELETE' AND changed.target_id IS NOT NULL THEN
                    RAISE EXCEPTION 'a draft issues no target' USING ERRCODE = 'check_violation';
                END IF;
                RETURN changed;
            END IF;
            IF standing = 'proposed' AND TG_OP = 'UPDATE' AND OLD.target_id IS NULL
               AND (OLD.portion_id, OLD.year, OLD.amount) IS NOT DISTINCT FROM (NEW.portion_id, NEW.year, NEW.amount)
               AND EXISTS (
                   SELECT FROM targets_target t JOIN allocations_portion p ON p.id = NEW.portion_id
                   JOIN allocations_allocation a ON a.id = p.allocation_id
                   WHERE t.id = NEW.target_id AND t.unit_id = p.unit_id AND t.indicator_id = a.indicator_id
                     AND t.year = NEW.year AND t.value = p.base + (
                         SELECT sum(l.amount) FROM allocations_allocationline l
                         WHERE l.portion_id = p.id AND l.year <= NEW.year
                     )
               ) THEN
                RETURN changed;
            END IF;
            RAISE EXCEPTION 'allocation is %: its lines stay', standing USING ERRCODE = 'check_violation';
        """,
    ),
]
ALLOCATIONS = [
    pgtrigger.Protect(name="keep_allocations", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(name="drafted_as_it_is", fields=["indicator", "version", "first_year", "last_year", "units_on"]),
    pgtrigger.Protect(
        name="superseded_for_good", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state="superseded")
    ),
    pgtrigger.Protect(
        name="approved_for_good",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="approved") & ~pgtrigger.Q(new__state="superseded"),
    ),
    pgtrigger.Protect(
        name="decided_as_it_is",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state = 'approved' AND (OLD.document_id, OLD.base, OLD.base_year, OLD.goal, OLD.approved_at)"
            " IS DISTINCT FROM (NEW.document_id, NEW.base, NEW.base_year, NEW.goal, NEW.approved_at)"
        ),
    ),
]
