"""The same files by django-import-export as its manual has it fast: rows checked as models, written in bulk, in a
transaction. What reads the cells are the portal's own rules, and whatever a row names is looked up in memory; so all
that differs is how rows are handled.
"""

import time
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import Widget
from tablib import Dataset

from apps.accounts.models import User
from apps.enterprises.industries import IndustryFinder
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.rules import clean_choice, clean_date
from apps.enterprises.tax_codes import CHECK_DIGIT_MESSAGE, clean_tax_code, has_valid_check_digit
from apps.labs.models import Laboratory, MeasurementField, ScopeItem
from apps.labs.models.scope import Activity
from apps.labs.registers.bodies import SCOPE
from apps.organisations.matching import ProvinceMatcher
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with

CODE, NAME, PROVINCE, ADDRESS, KIND = "Mã số thuế", "Tên doanh nghiệp", "Tỉnh, thành phố", "Địa chỉ", "Loại hình"
TRADE, FORM, STAGE, DAY, NOTE = "Mã ngành (VSIC)", "Hình thức tham gia", "Giai đoạn", "Ngày", "Ghi chú"
Row = dict[str, Any]


class Read(Widget):
    """A cell by one of the portal's rules, which may need the rest of the row."""

    def __init__(self, read: Callable[[str, Row], Any]) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Any:
        try:
            return self.read("" if value is None else str(value), row or {})
        except ValidationError as refusal:  # told of the cell, beside what is wrong with others
            raise ValueError(refusal.messages[0]) from refusal


class Known(BaseInstanceLoader):
    """What the register has of the file's rows, in one query."""

    def __init__(self, resource: "BulkResource", dataset: Dataset) -> None:
        super().__init__(resource, dataset)
        self.found = {resource.key_of(one): one for one in resource.known(dataset)}

    def get_instance(self, row: Row) -> models.Model | None:
        return self.found.get(self.resource.key_in(row))


class BulkResource(ModelResource):
    def known(self, dataset: Dataset) -> Iterable[models.Model]:
        raise NotImplementedError

    def key_of(self, instance: Any) -> Any:
        raise NotImplementedError

    def key_in(self, row: Row) -> Any:
        raise NotImplementedError


class InBulk:
    use_bulk = True
    use_transactions = True
    clean_model_instances = True
    skip_unchanged = True
    skip_html_diff = True  # a preview would need it; it costs much
    instance_loader_class = Known


def _day(row: Row) -> date:
    value = row[DAY]
    return clean_date(f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value))


def _tax_code(text: str, row: Row) -> str:
    code = clean_tax_code(text, "")
    if not has_valid_check_digit(code):
        raise ValidationError(CHECK_DIGIT_MESSAGE)
    return code


class Places:
    """The unit that a name means on the row's day, within those that the person may write for."""

    def __init__(self, scope: Iterable[str]) -> None:
        self.matcher = ProvinceMatcher.load()
        self.units = OrganisationUnit.objects.in_bulk()
        self.scope = set(scope)

    def unit(self, text: str, row: Row) -> OrganisationUnit:
        match = self.matcher.match(text, _day(row))
        if match.unit_id is None:
            raise ValidationError(match.note)
        if match.unit_id not in self.scope:
            raise ValidationError("Ngoài địa bàn bạn được nhập")
        return self.units[match.unit_id]


class Enterprises(BulkResource):
    tax_code = Field("tax_code", CODE, Read(_tax_code))
    name = Field("name", NAME)
    ownership = Field("ownership", KIND, Read(lambda text, row: clean_choice(text, Enterprise.Ownership)))
    unit = Field("unit", PROVINCE)
    address = Field("address", ADDRESS)
    industry = Field("industry", TRADE)
    industry_code = Field("industry_code", TRADE)
    located_on = Field("located_on", DAY, Read(lambda text, row: _day(row)))

    class Meta(InBulk):
        model = Enterprise
        import_id_fields = ("tax_code",)
        fields = ("tax_code", "name", "ownership", "unit", "address", "industry", "industry_code", "located_on")

    def __init__(self, places: Places, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        find = IndustryFinder().find
        self.fields["unit"].widget = Read(places.unit)
        self.fields["industry"].widget = Read(lambda text, row: find(text, _day(row)).industry if text else None)
        self.fields["industry_code"].widget = Read(lambda text, row: find(text, _day(row)).code if text else "")

    def known(self, dataset: Dataset) -> Iterable[Enterprise]:
        return Enterprise.objects.live().filter(tax_code__in=dataset[CODE])

    def key_of(self, instance: Enterprise) -> str:
        return instance.tax_code

    def key_in(self, row: Row) -> str:
        return str(row[CODE])


class Programmes(BulkResource):
    enterprise = Field("enterprise", CODE)
    form = Field("form", FORM, Read(lambda text, row: clean_choice(text, AssuranceProgramme.Form)))

    class Meta(InBulk):
        model = AssuranceProgramme
        import_id_fields = ("enterprise", "form")
        fields = ("enterprise", "form")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        by_code = {one.tax_code: one for one in Enterprise.objects.live().filter(tax_code__in=dataset[CODE])}
        self.fields["enterprise"].widget = Read(lambda text, row: by_code[text])

    def known(self, dataset: Dataset) -> Iterable[AssuranceProgramme]:
        rows = AssuranceProgramme.objects.filter(enterprise__tax_code__in=dataset[CODE])
        return rows.select_related("enterprise")

    def key_of(self, instance: AssuranceProgramme) -> tuple[str, str]:
        return instance.enterprise.tax_code, instance.form

    def key_in(self, row: Row) -> tuple[str, str]:
        return str(row[CODE]), clean_choice(row[FORM], AssuranceProgramme.Form)


class Events(BulkResource):
    programme = Field("programme", FORM)
    stage = Field("stage", STAGE, Read(lambda text, row: clean_choice(text, ProgrammeEvent.Stage)))
    occurred_on = Field("occurred_on", DAY, Read(lambda text, row: _day(row)))
    unit = Field("unit", PROVINCE)
    note = Field("note", NOTE, Read(lambda text, row: text))

    class Meta(InBulk):
        model = ProgrammeEvent
        import_id_fields = ("programme", "stage", "occurred_on", "unit")
        fields = ("programme", "stage", "occurred_on", "unit", "note")

    def __init__(self, places: Places, unit: str, by: User, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit, self.by = places.units[unit], by
        self.fields["unit"].widget = Read(places.unit)

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        programmes = AssuranceProgramme.objects.filter(enterprise__tax_code__in=dataset[CODE])
        by_key = {(one.enterprise.tax_code, one.form): one for one in programmes.select_related("enterprise")}
        form_of = partial(clean_choice, choices=AssuranceProgramme.Form)
        self.fields["programme"].widget = Read(lambda text, row: by_key[str(row[CODE]), form_of(text)])

    def after_init_instance(self, instance: Any, new: bool, row: Row, **kwargs: Any) -> None:
        instance.reported_by, instance.entered_by = self.unit, self.by

    def known(self, dataset: Dataset) -> Iterable[ProgrammeEvent]:
        rows = ProgrammeEvent.objects.live().filter(programme__enterprise__tax_code__in=dataset[CODE])
        return rows.select_related("programme__enterprise")

    def key_of(self, instance: ProgrammeEvent) -> tuple:
        told = instance.programme.enterprise.tax_code, instance.programme.form
        return *told, instance.stage, instance.occurred_on

    def key_in(self, row: Row) -> tuple:
        form, stage = clean_choice(row[FORM], AssuranceProgramme.Form), clean_choice(row[STAGE], ProgrammeEvent.Stage)
        return str(row[CODE]), form, stage, _day(row)


def _among(known: dict[str, Any], text: str, row: Row) -> Any:
    if text not in known:
        raise ValidationError("Không có trong danh mục")
    return known[text]


class ScopeLines(BulkResource):
    class Meta(InBulk):
        model = ScopeItem
        import_id_fields = ("laboratory", "activity", "quantity", "measuring_range")
        fields = tuple(column.name for column in SCOPE.columns)

    def __init__(self, by: User, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by = by
        for column in SCOPE.columns:
            self.fields[column.name].column_name = column.label
        labs = {one.code: one for one in Laboratory.objects.editable_by(by).live()}
        fields = {one.name: one for one in MeasurementField.objects.all()}
        activities = {str(label): value for value, label in Activity.choices}
        for name, read in {"laboratory": labs, "field": fields, "activity": activities}.items():
            self.fields[name].attribute, self.fields[name].widget = name, Read(partial(_among, read))

    def after_init_instance(self, instance: Any, new: bool, row: Row, **kwargs: Any) -> None:
        instance.entered_by = self.by

    def known(self, dataset: Dataset) -> Iterable[ScopeItem]:
        codes = set(dataset[SCOPE.by_name["laboratory"].label])
        return ScopeItem.objects.live().filter(laboratory__code__in=codes).select_related("laboratory")

    def key_of(self, instance: ScopeItem) -> tuple:
        told = instance.laboratory.code, instance.get_activity_display(), instance.quantity, instance.measuring_range
        return tuple(str(one) for one in told)

    def key_in(self, row: Row) -> tuple:
        return tuple(row[SCOPE.by_name[name].label] for name in self._meta.import_id_fields)


Make = Callable[[], list[BulkResource]]  # made anew for each pass, as each reads what it needs of the register


def enterprises(unit: str, by: User) -> list[BulkResource]:
    places = Places(units_with(by, "enterprises.add_programmeevent").ids)
    return [Enterprises(places), Programmes(), Events(places, unit, by)]


def seconds_of(content: bytes, make: Make) -> tuple[float, float]:
    """Of the file's check, which is a trial run as the library has it, and of its writing. Nothing of it stays."""
    started = time.perf_counter()
    dataset = Dataset().load(content, format="xlsx")
    _run(dataset, make)
    checked = time.perf_counter()
    _run(dataset, make)
    return checked - started, time.perf_counter() - checked


@transaction.atomic
def _run(dataset: Dataset, make: Make) -> None:
    """The three tables of an enterprise's row hang on each other, so all is one transaction."""
    for resource in make():
        result = resource.import_data(dataset, raise_errors=True)
        assert not result.has_validation_errors()
        assert result.totals["new"] == len({resource.key_in(row) for row in dataset.dict})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # asked at a commit
    transaction.set_rollback(True)
