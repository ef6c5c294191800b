"""The same vn_fold and vn_sort, in half the time.

translate() looks a sign up from the beginning of its list and finds at the end that most are not in it: the signs that
Vietnamese texts are made of stand first, those that stay as they are among them.
"""

from importlib import import_module

from django.db import migrations

first = import_module("apps.core.migrations.0001_initial")
FREQUENT = " nhtcigauoạđmpvâồyôlốươdsrệêxếấbkàảáãộớờ"


def frequent_first(signs: str, meant: str) -> tuple[str, str]:
    pairs = dict(zip(reversed(signs), reversed(meant), strict=True))  # of two alike translate() takes the first
    ordered = dict.fromkeys(FREQUENT) | dict.fromkeys(signs)
    return "".join(ordered), "".join(pairs.get(sign, sign) for sign in ordered)


FOLD_FROM, FOLD_TO = frequent_first(first.FOLD_FROM, first.FOLD_TO)
KEY_FROM, KEY_TO = frequent_first(first.KEY_FROM, first.KEY_TO)
TONE_FROM, TONE_TO = frequent_first(first.TONE_FROM, first.TONE_TO)

FORWARD = f"""
CREATE OR REPLACE FUNCTION vn_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(
    regexp_replace(translate(lower(normalize(value, NFC)), '{FOLD_FROM}', '{FOLD_TO}'), '\\s+', ' ', 'g'),
    'dam bao', 'bao dam');
CREATE OR REPLACE FUNCTION vn_sort(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(normalize(value, NFC)), '{KEY_FROM}', '{KEY_TO}')
    || chr(1) || translate(lower(normalize(value, NFC)), '{TONE_FROM}', '{TONE_TO}');
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, first.FORWARD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
