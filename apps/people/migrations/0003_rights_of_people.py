"""The rights of people, asked for with every page: as a function the database plans the statement once for each of its
connections, and planning took two thirds of its time.
"""

from django.db import migrations

# One row for each permission, the unit whose role gives it, and the unit that it reaches; apps/people/rights.py reads
# them and says what they mean. in_permission NULL: of all permissions.
RIGHTS = """
CREATE FUNCTION rights_of_people(
    in_users bigint[], in_day date, in_permission text, in_direct text[], in_strict text[], in_office text[],
    in_factors text[]
) RETURNS TABLE(
    permission text, central boolean, home text, unit text, strict boolean, roles text[], waits_until date, person bigint
)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH RECURSIVE held AS (
    SELECT m.id, m.user_id, h.unit_id, m.role_id, m.valid_from, g.name AS role,
           g.name = ANY(in_strict) OR o.is_programme_office AS strict, m.valid_to,
           m.acting_for_id IS NOT NULL AND NOT EXISTS (
               SELECT FROM mfa_authenticator a WHERE a.user_id = m.user_id AND a.type = ANY(in_factors)
           ) AS waits
    FROM people_membership m JOIN unit_heirs(in_day) h ON h.origin_id = m.unit_id
    JOIN organisations_organisationunit o ON o.id = h.unit_id JOIN auth_group g ON g.id = m.role_id
    WHERE m.user_id = ANY(in_users) AND m.valid_from <= in_day AND (m.valid_to IS NULL OR m.valid_to >= in_day)
      AND (o.valid_to IS NULL OR o.valid_to >= in_day)
), own AS (
    SELECT h.user_id, h.unit_id, u.is_programme_office AND h.role = ANY(in_office) AS central,
           ct.app_label || '.' || p.codename AS permission, u.is_programme_office AS office,
           min(h.valid_from) AS since, bool_or(h.strict) AS strict, array_agg(DISTINCT h.role::text) AS roles
    FROM held h
    JOIN organisations_organisationunit u ON u.id = h.unit_id
    LEFT JOIN auth_group_permissions gp ON gp.group_id = h.role_id
    LEFT JOIN auth_permission p ON p.id = gp.permission_id
    LEFT JOIN django_content_type ct ON ct.id = p.content_type_id
    WHERE NOT h.waits
    GROUP BY 1, 2, 3, 4, 5
), root(unit_id, start, climbs) AS (
    SELECT DISTINCT unit_id, unit_id, false FROM own WHERE NOT central
    UNION
    SELECT o.unit_id, u.parent_id, true
    FROM own o JOIN organisations_organisationunit u ON u.id = o.unit_id
    WHERE NOT o.central AND u.is_focal
), reach(start, id, is_home) AS (
    SELECT DISTINCT start, start, true FROM root
    UNION
    SELECT r.start, n.id, r.is_home AND n.is_home FROM reach r JOIN (
        SELECT predecessor_id AS id, successor_id AS above, takes_members AS is_home FROM organisations_succession
        WHERE share > 0 AND effective_on <= in_day
        UNION ALL SELECT u.id, u.parent_id, true FROM organisations_organisationunit u
        WHERE u.parent_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM organisations_succession s
            WHERE s.predecessor_id = u.id AND s.share > 0 AND s.effective_on <= in_day
        )
    ) n ON n.above = r.id
)
SELECT own.permission::text, own.central, own.unit_id::text, reach.id::text, own.strict, own.roles,
       (SELECT max(valid_to) FROM held WHERE waits AND held.user_id = own.user_id), own.user_id::bigint
FROM own
LEFT JOIN root ON root.unit_id = own.unit_id AND NOT own.central
    AND NOT ((root.climbs OR own.office) AND own.permission = ANY(in_direct))
LEFT JOIN reach ON reach.start = root.start AND (reach.is_home OR NOT own.permission = ANY(in_direct))
WHERE in_permission IS NULL OR own.permission = in_permission
ORDER BY own.since, own.unit_id;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_saved_views"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.RunSQL(
            RIGHTS, "DROP FUNCTION rights_of_people(bigint[], date, text, text[], text[], text[], text[]);"
        )
    ]
