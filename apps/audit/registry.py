"""What the audit's codes mean on screen. Each app says its own words in its `audited.py`, found at start.

The audit stands below all other apps, so it knows neither their actions nor their pages nor the units: they tell it.
What nobody has named is shown by its code.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.urls import NoReverseMatch
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.audit.models import label_of, on
from apps.core.text import fold

Words = str | Promise
Reader = PermissionsMixin | AnonymousUser
Named = Callable[[Any], str]
Pages = Callable[[Collection[str], Reader], Mapping[str, str]]  # keys as text, who looks: the address of each
Said = Callable[[Mapping[str, Any], Any], str]  # what a row keeps beside before and after, who looks
Hanging = Callable[[str], Q]  # a key as text: which rows of the audit are on what hangs on the object


@dataclass(frozen=True)
class TargetKind:
    label: Words
    permission: str = ""  # to open the page; empty: there is none
    url_of: Callable[[str], str] | None = None
    urls_of: Pages | None = None
    named: Named | None = None  # None: str()
    hanging: Hanging | None = None


class Unit(Protocol):
    @property
    def distinct_name(self) -> str: ...

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Units:
    """What the one app that knows units says of them: the kind of object that they are, all labels by id, what one is
    called at this moment, which a filter offers to a scope, and for which units the chosen ones stand.
    """

    kind: str
    labels: Callable[[], Mapping[str, Unit]]
    name: Callable[[str], str]
    choices: Callable[[Any], list[tuple[Any, list[tuple[str, str]]]]]
    stood_for: Callable[[list[str]], Collection[str]]


_actions: dict[str, Words] = {}
_targets: dict[str, TargetKind] = {}
_codes: dict[str, Words] = {}
_rows: dict[str, str] = {}
_said: dict[str, Said] = {}
# What stands in a row beside the fields of its object.
_keys: dict[str, Words] = {
    "address": _("địa chỉ mạng"),
    "column": _("cột"),
    "count": _("số lượng"),
    "email": _("thư điện tử"),
    "error": _("lỗi"),
    "fields": _("mục đã sửa"),
    "kind": _("loại"),
    "kinds": _("các loại"),
    "method": _("phương thức"),
    "path": _("đường dẫn"),
    "route": _("mã trang"),
    "row": _("dòng"),
    "rows": _("số dòng"),
    "since": _("từ lúc"),
    "sha256": _("mã SHA-256 của tệp"),
    "status": _("mã trả lời"),
    "step": _("bước"),
    "token": _("mã truy cập"),
    "until": _("đến lúc"),
}
_units: list[Units] = []
_staying: set[str] = set()


def name_actions(labels: Mapping[str, Words]) -> None:
    """name_actions({"report.submitted": _("Nộp báo cáo")})"""
    _actions.update(labels)


def name_target(
    model_label: str,
    label: Words = "",
    *,
    permission: str = "",
    url_of: Callable[[str], str] | None = None,
    urls_of: Pages | None = None,
    named: Named | None = None,
    hanging: Hanging | None = None,
) -> None:
    """What a kind of object is called, and its page: `url_of(key as text)`, for whoever holds the permission.

    Where the address does not follow from the key: `urls_of(keys, user)`, asked once for all rows of a list, with the
    pages that this person may open. Without `label` the model's own name is taken. `named`: what a row of the audit
    calls one for good, where str() is for programs or says only a part: an object may go, be renamed, hold only codes
    or be nothing without the one it belongs to. `hanging`: what else is told of an object on its page.
    """
    kind = label or apps.get_model(model_label)._meta.verbose_name
    _targets[model_label] = TargetKind(kind, permission, url_of, urls_of, named, hanging)


def name_keys(words: Mapping[str, Words]) -> None:
    """What is recorded beside the object's own fields: name_keys({"closes_on": _("ngày đóng")})"""
    _keys.update(words)


def name_codes(words: Mapping[str, Words]) -> None:
    """Values that are stored as codes: name_codes({"reader": _("Người tra cứu")})"""
    _codes.update(words)


def name_rows(queries: Mapping[str, str]) -> None:
    """Of an act on many rows, the query with which its object's page shows them: name_rows({"x.done": "?tab=rows"})"""
    _rows.update(queries)


def stay_at_hand(*actions: str) -> None:
    """Rows that the portal itself reads for what it does, as patterns of LIKE: they stay in the database when their
    year goes into an archive. What is only read by people goes.
    """
    _staying.update(actions)


def staying() -> list[str]:
    return sorted(_staying)


def rows_query(action: str) -> str:
    return _rows.get(action, "")


def name_words(action: str, said: Said) -> None:
    """What was said in acts of this kind, for who may still read it: the audit itself keeps no such text."""
    _said[action] = said


def words_of(action: str, data: Mapping[str, Any], user: Reader) -> str:
    return _said[action](data, user) if action in _said else ""


def key_label(key: str) -> str:
    return str(_keys.get(key, key))


def code_label(code: str) -> str:
    return str(_codes.get(code, code))


def name_units(units: Units) -> None:
    _units[:] = [units]


def action_label(action: str) -> str:
    return str(_actions.get(action, action))


def action_choices() -> list[tuple[str, str]]:
    return sorted(((code, str(label)) for code, label in _actions.items()), key=lambda pair: fold(pair[1]))


def target_label(model_label: str) -> str:
    if model_label in _targets:
        return str(_targets[model_label].label)
    try:
        return str(apps.get_model(model_label)._meta.verbose_name)
    except (LookupError, ValueError):
        return model_label


def target_choices() -> list[tuple[str, str]]:
    return sorted(
        ((kind, capfirst(str(known.label))) for kind, known in _targets.items()), key=lambda pair: fold(pair[1])
    )


def target_url(model_label: str, target_id: str, user: Reader) -> str:
    """The object's page, if it has one that the person may open (of some kinds its row may still be hidden)."""
    return target_urls([(model_label, target_id)], user).get((model_label, target_id), "")


def target_urls(targets: Iterable[tuple[str, str]], user: Reader) -> dict[tuple[str, str], str]:
    """The pages of many objects, given by kind and key."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in dict.fromkeys(targets):
        if key:
            by_kind[kind].append(key)
    return {(kind, key): url for kind, keys in by_kind.items() for key, url in _pages_of(kind, keys, user) if url}


def _pages_of(kind: str, keys: list[str], user: Reader) -> Iterable[tuple[str, str]]:
    known = _targets.get(kind)
    if known is None or (known.permission and not user.has_perm(known.permission)):
        return []
    if known.urls_of is not None:
        return known.urls_of(keys, user).items()
    return [(key, _page_of(known, key)) for key in keys]


def _page_of(known: TargetKind, key: str) -> str:
    try:
        return known.url_of(key) if known.url_of else ""
    except (NoReverseMatch, LookupError, ValueError):
        return ""


def about(model_label: str, key: str) -> Q:
    """Which rows of the audit tell of an object: those on itself, and on what hangs on it."""
    known, own = _targets.get(model_label), on(model_label, [key])
    if known is None or known.hanging is None:
        return own
    try:
        return own | known.hanging(key)
    except ValueError:  # no key of that kind: somebody wrote it into the address
        return own


def field_label(model_label: str, name: str) -> str:
    """A field in the words of its model; any other key, and a field that its model does not name, in ours."""
    try:
        said = str(apps.get_model(model_label)._meta.get_field(name).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return key_label(name)
    return key_label(name) if said == name.replace("_", " ") else said


def fields_in_order(model_label: str, names: Iterable[str]) -> list[str]:
    """As the model has them, then what is no field of it: the database keeps no order."""
    try:
        own = [field.name for field in apps.get_model(model_label)._meta.get_fields()]
    except (LookupError, ValueError):
        own = []
    places = {name: at for at, name in enumerate(own)}
    return sorted(names, key=lambda name: (places.get(name, len(own)), name))


def choice_label(model_label: str, name: str, value: object) -> str:
    """What the model of the object calls a choice of that field; "" of anything else."""
    try:
        choices = apps.get_model(model_label)._meta.get_field(name).flatchoices
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return ""
    return next((str(label) for code, label in choices if code == value), "")


def name_of(target: Model) -> str:
    """What a row of the audit calls an object for good."""
    known = _targets.get(label_of(target))
    return known.named(target) if known and known.named else str(target)


def unit_name(unit: str) -> str:
    """What a unit is called at this moment; "" of none, and of one that nobody knows."""
    return _units[0].name(unit) if unit and _units else ""


def in_words(kind: str, name: str, value: Any, word: Callable[[str], str] = unit_name) -> Any:
    """A value as a reader should see it: what names units by their ids, which say nothing to people, by `word`."""
    if isinstance(value, list):
        return [in_words(kind, name, one, word) for one in value]
    return word(value) or value if isinstance(value, str) and value and _names_units(kind, name) else value


def _names_units(kind: str, name: str) -> bool:
    try:
        among = apps.get_model(kind)._meta.get_field(name).related_model
    except (LookupError, ValueError, FieldDoesNotExist):
        return name == "unit"  # beside the object's own fields
    return (
        isinstance(among, type)
        and issubclass(among, Model)
        and bool(_units)
        and among._meta.label_lower == _units[0].kind
    )


def unit_names() -> Mapping[str, Unit]:
    return _units[0].labels() if _units else {}


def units_called(text: str) -> tuple[str, list[str]]:
    """The kind that units are, and the ids of those whose name has the text in it, whatever its accents."""
    wanted = fold(text)
    kind = _units[0].kind if _units else ""
    return kind, [pk for pk, unit in unit_names().items() if wanted in fold(unit.distinct_name)]


def unit_choices(scope: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    return _units[0].choices(scope) if _units else []


def units_stood_for(units: list[str]) -> Collection[str]:
    """By a chosen unit its past and the units below it are meant as well."""
    return _units[0].stood_for(units) if _units else units


def unit_label(unit: str, units: Mapping[str, Unit]) -> str:
    """What nobody knows, by its id."""
    return units[unit].distinct_name if unit in units else unit
