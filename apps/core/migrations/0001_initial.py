"""vn_fold and vn_sort: immutable SQL, so that generated columns and indexes can stand on them.

The embedded server has no ICU; both functions are plain translate() over the Vietnamese alphabet.
"""

import unicodedata

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
VOWELS = "aăâeêioôơuưy"
TONES = [
    "",
    "\u0300",
    "\u0309",
    "\u0303",
    "\u0301",
    "\u0323",
]  # level, grave, hook, tilde, acute, dot: order of dictionaries
PLAIN = str.maketrans("ăâêôơưđ", "aaeooud")
# 33 letters onto 33 neighbouring ASCII characters, above digits and the blank.
SORTED = [chr(ord("A") + i) for i in range(len(ALPHABET))]


def toned(vowel, tone):
    return unicodedata.normalize("NFC", vowel + tone)


MARKED = [(toned(v, t), v, str(i)) for v in VOWELS for i, t in enumerate(TONES) if t]
FOLD_FROM = "".join(m for m, _, _ in MARKED) + "ăâêôơưđ"
FOLD_TO = "".join(v.translate(PLAIN) for _, v, _ in MARKED) + "aaeooud"
KEY_FROM = "".join(m for m, _, _ in MARKED) + ALPHABET
KEY_TO = "".join(SORTED[ALPHABET.index(v)] for _, v, _ in MARKED) + "".join(SORTED)
TONE_FROM = "".join(m for m, _, _ in MARKED) + VOWELS
TONE_TO = "".join(d for _, _, d in MARKED) + "0" * len(VOWELS)

FORWARD = f"""
CREATE FUNCTION vn_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(
    regexp_replace(translate(lower(normalize(value, NFC)), '{FOLD_FROM}', '{FOLD_TO}'), '\\s+', ' ', 'g'),
    'dam bao', 'bao dam');
CREATE FUNCTION vn_sort(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(normalize(value, NFC)), '{KEY_FROM}', '{KEY_TO}')
    || chr(1) || translate(lower(normalize(value, NFC)), '{TONE_FROM}', '{TONE_TO}');
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(FORWARD, "DROP FUNCTION vn_sort(text); DROP FUNCTION vn_fold(text);"),
    ]
