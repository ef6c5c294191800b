"""Acts of the facts' files. What somebody added or changed in the portal is theirs: the files leave it alone."""

from typing import Any

from apps.core.reference import Changes, Fact, Facts
from apps.documents.models import LegalDocument

FIELDS = ("number", "kind", "title", "issuer", "issued_on")


def load_documents(facts: Facts) -> Changes:
    found = Changes()
    for fact in facts.fixture("10_documents", "documents.legaldocument"):
        found += _align(fact)
    return found


def _align(fact: Fact) -> Changes:
    """The file's own act of this number, whatever its issuer was called before; else one that people have entered."""
    known = list(LegalDocument.objects.numbered(fact["number"]).order_by("pk"))
    own = next((one for one in known if one.added_by_id is None), None)
    if own is None:
        if any(one.issuer.lower() == fact["issuer"].lower() for one in known):
            return Changes()
        new = LegalDocument(**{name: _typed(name, fact[name]) for name in FIELDS})
        new.full_clean()
        new.save()
        return Changes(created=1)
    wanted = {name: _typed(name, fact[name]) for name in FIELDS}
    if own.changed_by_id or all(getattr(own, name) == value for name, value in wanted.items()):
        return Changes()
    for name, value in wanted.items():
        setattr(own, name, value)
    own.full_clean()
    own.save()
    return Changes(changed=1)


def _typed(name: str, value: Any) -> Any:
    field: Any = LegalDocument._meta.get_field(name)
    return field.to_python(value)


def acts_by_number() -> dict[str, int]:
    """For the files of other apps, which say acts by their number: the files' own before any namesake."""
    rows = LegalDocument.objects.order_by("added_by", "-pk").values_list("number", "pk", "added_by")
    own = {number: pk for number, pk, added_by in rows if added_by is None}
    return {number: pk for number, pk, _added_by in rows} | own
