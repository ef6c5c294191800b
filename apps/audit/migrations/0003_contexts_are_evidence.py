"""Who changed a row stands in pghistory's contexts. They are added, and never changed or removed afterwards.

pghistory's own function upserts, so the portal's role needed UPDATE on them. Here it runs with the owner's rights, so
that the role needs none; and it adds to a context of an earlier transaction only, where what that context says stays
as it was, the person above all. The role itself is held to that by `database_roles`.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE AS $$
DECLARE
    _pgh_context_id UUID;
    _pgh_context_metadata JSONB;
BEGIN
    BEGIN
        SELECT INTO _pgh_context_id CURRENT_SETTING('pghistory.context_id');
        SELECT INTO _pgh_context_metadata CURRENT_SETTING('pghistory.context_metadata');
        EXCEPTION WHEN OTHERS THEN
    END;
    IF _pgh_context_id IS NULL OR _pgh_context_metadata IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context AS known (id, metadata, created_at, updated_at)
        VALUES (_pgh_context_id, _pgh_context_metadata, NOW(), NOW())
        ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
        WHERE known.metadata != EXCLUDED.metadata
          AND (known.created_at = NOW()
               OR EXCLUDED.metadata @> known.metadata
                  AND (known.metadata->'user') IS NOT DISTINCT FROM (EXCLUDED.metadata->'user'));
    RETURN _pgh_context_id;
END;
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_address_change_and_seal"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
