"""Staged rows beside the register, in SQL sets: what a row would change there, and what must be said before it does.

`staged` are the rows that say enough to be compared, whatever else is wrong with them, so that a row is told all of its
problems at once. `known` are those whose enterprise the register has; `changes` what they would write over.
"""

from apps.enterprises.naming import is_same_name, is_same_text
from apps.registers.comparing import KEEP_WANTED

# Problems that follow from the register or from other rows of the file. They are found anew at every settling; a reason
# given for one holds as long as it says the same.
TOLD = (
    "duplicate",
    "other_name",
    "changed_by_hand",
    "changes",
    "same_name",
    "older",
    "older_name",
    "file_newer",
    "event_kept",
    "other_record",
    "event_withdrawn",
    "event_corrected",
    "tax_code_corrected",
    "tax_code_merged",
    "other_place",
    "all_capitals",
)
CHANGING = ("other_name", "changed_by_hand", "changes")  # a row that has one of these updates the register

# `twin` is the second row of one event. `speaks` marks, per tax code, the row of the latest day: it alone may change
# what the register says of the enterprise, so it is the one that is asked about.
STAGED = """
keyed AS MATERIALIZED (
    SELECT r.id, r.number, r.state,
           r.clean->>'tax_code' AS tax_code, r.clean->>'name' AS name, r.clean->>'ownership' AS ownership,
           r.clean->>'unit' AS unit_id, r.clean->>'address' AS address,
           (r.clean->>'industry')::bigint AS industry_id, r.clean->>'industry_code' AS industry_code,
           r.clean->>'form' AS form, r.clean->>'stage' AS stage,
           (r.clean->>'occurred_on')::date AS occurred_on, r.clean->>'note' AS note,
           r.clean->>'activity' AS activity,
           EXISTS (
               SELECT FROM exchange_rowproblem p
               WHERE p.batch_id = %(batch)s AND p.number = r.number AND p.severity = 'error' AND p.code <> 'duplicate'
           ) AS is_broken
    FROM exchange_stagedrow r
    WHERE r.batch_id = %(batch)s AND r.state <> 'skipped'
      AND r.clean ?& ARRAY['tax_code', 'form', 'stage', 'occurred_on', 'unit']
      AND (%(everything)s OR r.clean->>'unit' = ANY(%(scope)s))
), told_apart AS (
    SELECT k.*, first_value(number) OVER same AS first, row_number() OVER same > 1 AS twin
    FROM keyed k
    WINDOW same AS (PARTITION BY tax_code, form, stage, occurred_on ORDER BY is_broken, number)
), staged AS MATERIALIZED (
    SELECT t.*, NOT twin AND row_number() OVER latest = 1 AS speaks,
           first_value(number) OVER latest AS speaker, first_value(name) OVER latest AS speakers_name,
           first_value(address) OVER latest AS speakers_address,
           first_value(ownership) OVER latest AS speakers_ownership,
           first_value(industry_code) OVER latest AS speakers_industry
    FROM told_apart t
    WINDOW latest AS (PARTITION BY tax_code, twin ORDER BY occurred_on DESC, number DESC)
)
"""
# `seen`: whether whoever imports sees the record; `own`: whether they speak for it. Of others' records nothing is told
# but that they are others'. Beside each row stands the very event that it tells, where the register has it: one reading
# of the events for all that is asked of them.
KNOWN = """
known AS MATERIALIZED (
    SELECT s.*, n.id AS enterprise_id, n.name AS old_name, n.ownership AS old_ownership, n.unit_id AS old_unit_id,
           n.address AS old_address, n.industry_id AS old_industry_id, n.industry_code AS old_industry_code,
           n.located_on, g.id AS programme_id, e.id AS event_id, e.note AS kept_note, e.activity AS kept_activity,
           %(everything)s OR n.unit_id = ANY(%(scope)s) AS own,
           %(everything)s OR n.unit_id = ANY(%(scope)s) OR EXISTS (
               SELECT FROM enterprises_enterpriseplace p WHERE p.enterprise_id = n.id AND p.unit_id = ANY(%(scope)s)
           ) AS seen
    FROM staged s
    JOIN enterprises_enterprise n ON n.tax_code = s.tax_code AND n.withdrawn_at IS NULL
    LEFT JOIN enterprises_assuranceprogramme g ON g.enterprise_id = n.id AND g.form = s.form
    LEFT JOIN enterprises_programmeevent e
      ON e.programme_id = g.id AND e.stage = s.stage AND e.occurred_on = s.occurred_on AND e.unit_id = s.unit_id
     AND e.withdrawn_at IS NULL
)
"""
# What differs between the speaking row and the register. Blank columns change nothing; a seat in the province that goes
# on for the former one is no move, and the same trade in the next version of its list is the same trade. Words,
# spellings and the latest days are looked at where a value differs: for each known row they would cost more than all
# the rest. The days are asked for all at once: `joined_by_hash` would read every event anew for each row.
CHANGES = f"""
differing AS MATERIALIZED (
    SELECT k.id, k.number, k.enterprise_id, k.event_id, k.occurred_on, k.located_on, k.own, k.seen,
           k.old_industry_code, k.industry_code, c.field, c.key, c.old, c.new
    FROM known k CROSS JOIN LATERAL (VALUES
        ('name', 'name', k.old_name, k.name),
        ('ownership', 'ownership', k.old_ownership, k.ownership),
        ('unit_id', 'province', k.old_unit_id, k.unit_id),
        ('address', 'address', k.old_address, k.address),
        ('industry_id', 'industry_code', k.old_industry_id::text, k.industry_id::text)
    ) c(field, key, old, new)
    WHERE k.speaks AND coalesce(c.new, '') <> '' AND c.new IS DISTINCT FROM c.old
), latest AS MATERIALIZED (
    SELECT g.enterprise_id, max(e.occurred_on) AS day
    FROM enterprises_assuranceprogramme g JOIN enterprises_programmeevent e ON e.programme_id = g.id
    WHERE e.withdrawn_at IS NULL AND g.enterprise_id IN (SELECT enterprise_id FROM differing)
    GROUP BY g.enterprise_id
), differences AS MATERIALIZED (
    SELECT d.*, greatest(d.located_on, l.day) AS latest,
           CASE d.field WHEN 'ownership' THEN %(kinds)s::jsonb->>d.old WHEN 'unit_id' THEN %(places)s::jsonb->>d.old
                WHEN 'industry_id' THEN d.old_industry_code ELSE d.old END AS old_word,
           CASE d.field WHEN 'ownership' THEN %(kinds)s::jsonb->>d.new WHEN 'unit_id' THEN %(places)s::jsonb->>d.new
                WHEN 'industry_id' THEN d.industry_code ELSE d.new END AS new_word,
           coalesce(CASE d.field
               WHEN 'name' THEN {is_same_name("d.old", "d.new")}
               WHEN 'unit_id' THEN %(heirs)s::jsonb->>d.old = %(heirs)s::jsonb->>d.new
               WHEN 'address' THEN {is_same_text("d.old", "d.new")}
               WHEN 'industry_id' THEN d.old_industry_code IS NOT DISTINCT FROM d.industry_code
           END, false) AS is_same
    FROM differing d LEFT JOIN latest l ON l.enterprise_id = d.enterprise_id
), changes AS MATERIALIZED (
    SELECT * FROM differences d WHERE own AND occurred_on >= latest AND (NOT is_same OR field = 'unit_id')
)
"""
COMPARED = f"{STAGED}, {KNOWN}, {CHANGES}"

# An older row changes nothing of the record. But where it brings an event under another name, the event may be another
# enterprise's, whose tax code was mistyped: it would be counted here, so it is asked about.
_OLDER = """
older AS MATERIALIZED (
    SELECT d.*, d.event_id IS NULL AS is_new_event FROM differences d
    WHERE own AND occurred_on < latest AND NOT is_same
)
"""

# A value that a person wrote by hand is changed by a file only after somebody has confirmed it.
_BY_HAND = """
    SELECT max(a.at) FROM audit_auditevent a
    WHERE a.target_type = 'enterprises.enterprise' AND a.target_id = c.enterprise_id::text
      AND a.action IN ('enterprise.registered', 'enterprise.updated')
      AND a.after ? replace(c.field, '_id', '') AND c.old <> ''
      AND NOT EXISTS (
          SELECT FROM exchange_overwritten o
          WHERE o.kind = 'enterprises.enterprise' AND o.row_id = c.enterprise_id::text AND o.field = c.field
            AND o.outcome <> 'given_back' AND o.at > a.at
      )
"""
# What was taken back with its import may come again as if for the first time.
_WITHDRAWN_BY_HAND = """
    e.withdrawn_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM exchange_importbatch b
        WHERE b.id = e.batch_id AND b.state = 'undone' AND b.undone_by_id = e.withdrawn_by_id
          AND b.undo_reason = e.withdrawn_reason AND b.undone_at <= e.withdrawn_at
    )
"""
# Codes of records that were merged into one that the person speaks for, with that one's.
MERGED = """
    SELECT g.tax_code AS former, n.tax_code
    FROM enterprises_enterprise g JOIN enterprises_enterprise n ON n.id = g.merged_into_id
    WHERE g.merged_into_id IS NOT NULL AND n.withdrawn_at IS NULL AND (%(everything)s OR n.unit_id = ANY(%(scope)s))
"""
_WANTED = f"""
wanted AS MATERIALIZED (
    SELECT number, %(headers)s::jsonb->>'tax_code' AS "column", tax_code AS value, 'duplicate' AS code,
           'error' AS severity,
           format(%(duplicate)s, first) AS message
    FROM staged WHERE twin
  UNION ALL
    SELECT c.number, %(headers)s::jsonb->>c.key, c.new_word,
           CASE WHEN c.field = 'name' THEN 'other_name' WHEN hand.at IS NOT NULL THEN 'changed_by_hand'
                ELSE 'changes' END,
           CASE WHEN c.field = 'name' OR hand.at IS NOT NULL THEN 'warning' ELSE 'note' END,
           CASE WHEN c.field = 'name' THEN format(%(other_name)s, left(c.old_word, 150), left(c.new_word, 150))
                WHEN hand.at IS NOT NULL THEN format(%(by_hand)s, left(c.old_word, 150), left(c.new_word, 150),
                                                     to_char(hand.at AT TIME ZONE %(zone)s, 'DD/MM/YYYY'))
                ELSE format(%(changes)s, coalesce(nullif(left(c.old_word, 150), ''), '–'), left(c.new_word, 150)) END
    FROM changes c CROSS JOIN LATERAL ({_BY_HAND}) hand(at)
    WHERE NOT c.is_same
  UNION ALL
    SELECT number, %(headers)s::jsonb->>'name', new_word, 'same_name', 'note',
           format(%(same_name)s, left(old_word, 150))
    FROM differences WHERE field = 'name' AND is_same AND own
  UNION ALL
    SELECT number, %(headers)s::jsonb->>key, new_word, 'older', 'note',
           format(%(older)s, to_char(latest, 'DD/MM/YYYY'), left(old_word, 150), left(new_word, 150))
    FROM older WHERE field <> 'name' OR NOT is_new_event
  UNION ALL
    SELECT number, %(headers)s::jsonb->>'name', new_word, 'older_name', 'warning',
           format(%(older_name)s, left(old_word, 150), left(new_word, 150))
    FROM older WHERE field = 'name' AND is_new_event
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>c.key, c.said, 'file_newer', 'note',
           format(%(file_newer)s, s.speaker, left(c.speakers, 150))
    FROM staged s CROSS JOIN LATERAL (VALUES
        ('name', s.name, s.speakers_name, {is_same_name("s.name", "s.speakers_name")}),
        ('address', s.address, s.speakers_address, {is_same_text("s.address", "s.speakers_address")}),
        ('ownership', %(kinds)s::jsonb->>s.ownership, %(kinds)s::jsonb->>s.speakers_ownership, false),
        ('industry_code', s.industry_code, s.speakers_industry, false)
    ) c(key, said, speakers, is_same)
    WHERE NOT s.speaks AND NOT s.twin AND c.said <> c.speakers AND c.said <> '' AND c.speakers <> '' AND NOT c.is_same
  UNION ALL
    SELECT k.number, %(headers)s::jsonb->>c.key, c.said, 'event_kept', 'note',
           format(%(event_kept)s, coalesce(nullif(left(c.kept, 150), ''), '–'), left(c.said, 150))
    FROM known k CROSS JOIN LATERAL (VALUES
        ('note', k.kept_note, k.note),
        ('activity', %(activities)s::jsonb->>k.kept_activity, %(activities)s::jsonb->>k.activity)
    ) c(key, kept, said)
    WHERE k.event_id IS NOT NULL AND NOT k.twin AND coalesce(c.said, '') <> '' AND c.said IS DISTINCT FROM c.kept
  UNION ALL
    SELECT k.number, %(headers)s::jsonb->>'tax_code', k.tax_code, 'other_record', 'note', %(other_record)s
    FROM known k
    WHERE NOT k.own AND (NOT k.seen OR EXISTS (SELECT FROM differences d WHERE d.id = k.id AND NOT d.is_same))
  UNION ALL
    SELECT number, %(headers)s::jsonb->>'occurred_on', shown, code, 'warning', message FROM earlier
  UNION ALL
    -- once for the file: where one new record is written so, hundreds are
    (SELECT DISTINCT ON (c.key) s.number, %(headers)s::jsonb->>c.key, c.said, 'all_capitals', 'note', %(capitals)s
     FROM staged s CROSS JOIN LATERAL (VALUES ('name', s.name), ('address', s.address)) c(key, said)
     WHERE s.speaks AND position(' ' in c.said) > 0 AND c.said = upper(c.said) AND c.said <> lower(c.said)
       AND NOT EXISTS (SELECT FROM known k WHERE k.id = s.id)
     ORDER BY c.key, s.number)
  UNION ALL
    -- which of several is told must not hang on the plan: a reason given holds as long as the words are the same
    (SELECT DISTINCT ON (s.number) s.number, %(headers)s::jsonb->>'tax_code', s.tax_code, 'tax_code_corrected',
            'warning', format(%(tax_code_corrected)s, n.tax_code)
     FROM staged s
     JOIN (
         SELECT h.tax_code AS former, n.tax_code
         FROM enterprises_enterpriseevent h JOIN enterprises_enterprise n ON n.id = h.pgh_obj_id
         WHERE n.tax_code <> h.tax_code AND n.withdrawn_at IS NULL AND (%(everything)s OR n.unit_id = ANY(%(scope)s))
     ) n ON n.former = s.tax_code
     WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = s.id)
     ORDER BY s.number, n.tax_code)
  UNION ALL
    (SELECT DISTINCT ON (s.number) s.number, %(headers)s::jsonb->>'tax_code', s.tax_code, 'tax_code_merged',
            'warning', format(%(tax_code_merged)s, k.tax_code)
     FROM staged s JOIN ({MERGED}) k ON k.former = s.tax_code
     WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = s.id)
     ORDER BY s.number, k.tax_code)
)
"""
# What became of the very event that a row tells, where it is not in the register any more as the row has it.
_EARLIER = f"""
event_rows AS MATERIALIZED (
    SELECT k.*, to_char(k.occurred_on, 'DD/MM/YYYY') AS shown
    FROM known k WHERE k.programme_id IS NOT NULL AND k.event_id IS NULL
), corrected AS MATERIALIZED (
    SELECT DISTINCT ON (k.id) k.id, k.number, k.shown, e.stage, e.occurred_on, e.unit_id, h.pgh_created_at
    FROM event_rows k
    JOIN enterprises_programmeeventevent h ON h.programme_id = k.programme_id AND h.stage = k.stage
     AND h.occurred_on = k.occurred_on AND h.unit_id = k.unit_id AND h.withdrawn_at IS NULL
    JOIN enterprises_programmeevent e ON e.id = h.pgh_obj_id
     AND (e.stage, e.occurred_on, e.unit_id) IS DISTINCT FROM (h.stage, h.occurred_on, h.unit_id)
     AND (e.withdrawn_at IS NULL OR {_WITHDRAWN_BY_HAND})
    ORDER BY k.id, h.pgh_id DESC
), earlier AS MATERIALIZED (
    SELECT number, shown, 'event_corrected' AS code,
           format(%(corrected)s, to_char(pgh_created_at AT TIME ZONE %(zone)s, 'DD/MM/YYYY'),
                  %(stages)s::jsonb->>stage, to_char(occurred_on, 'DD/MM/YYYY'), %(places)s::jsonb->>unit_id) AS message
    FROM corrected
  UNION ALL
    (SELECT DISTINCT ON (k.id) k.number, k.shown, 'event_withdrawn',
            format(%(withdrawn)s, to_char(e.withdrawn_at AT TIME ZONE %(zone)s, 'DD/MM/YYYY'),
                   left(e.withdrawn_reason, 150))
     FROM event_rows k
     JOIN enterprises_programmeevent e ON e.programme_id = k.programme_id AND e.stage = k.stage
      AND e.occurred_on = k.occurred_on AND e.unit_id = k.unit_id AND {_WITHDRAWN_BY_HAND}
     ORDER BY k.id, e.withdrawn_at DESC, e.id DESC)
  UNION ALL
    (SELECT DISTINCT ON (k.id) k.number, k.shown, 'other_place', format(%(other_place)s, %(places)s::jsonb->>e.unit_id)
     FROM event_rows k
     JOIN enterprises_programmeevent e ON e.programme_id = k.programme_id AND e.stage = k.stage
      AND e.occurred_on = k.occurred_on AND e.unit_id <> k.unit_id AND e.withdrawn_at IS NULL
     WHERE k.seen AND NOT EXISTS (SELECT FROM corrected c WHERE c.id = k.id)
     ORDER BY k.id, e.id)
)
"""
TELL = f"WITH {COMPARED}, {_OLDER}, {_EARLIER}, {_WANTED}, {KEEP_WANTED}"
