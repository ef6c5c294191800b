"""Rows of the declared registers: as many as are asked for, a statement for each, set beside nothing that was there."""

from dataclasses import dataclass

from django.db import connection, models

from apps.enterprises.models import ManagingMinistry, ProgrammeEvaluation, SupportActivity
from apps.labs.models import (
    Activity,
    Area,
    BodyKind,
    CalibrationAndMeasurementCapability,
    CmcStatus,
    ConformityBody,
    CriteriaAssessment,
    DevelopedProduct,
    Laboratory,
    MeasurementStandard,
    ProductKind,
    Regime,
    Registration,
    ScopeItem,
    Verdict,
)
from apps.plans.models import UnitPlan
from apps.registers.models import RegisterRow
from apps.training.models import Attendance, Audience, Subject, TrainingCourse

SHARE = 100  # the small base has a row of so many
# More laboratories, standards or products than the country has: a hundredth of fewer would not fill a page at a filter.
MANY = 20_000
CMCS = 2_000  # of which a sentence above their list counts every one
LEAST = 200


@dataclass(frozen=True)
class Filling:
    """`told`: what the columns of row `n` say, in SQL; texts else are empty, and what may be unknown is."""

    model: type[RegisterRow]
    rows: int
    told: dict[str, str]

    def few(self, share: int) -> int:
        return self.rows if share == 1 else max(self.rows // share, LEAST)

    def statement(self, first: int, last: int) -> str:
        said = {"created_at": "now()", "updated_at": "now()", **self.told}
        for field in self.model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField) and not field.null
            if is_text and field.column not in said and not field.generated:
                said[field.column] = "''"
        return (
            f"INSERT INTO {self.model._meta.db_table} ({', '.join(said)}) "
            f"SELECT {', '.join(said.values())} FROM generate_series({first}, {last}) n ORDER BY n"
        )


def one_of(values: list[str], step: int = 1) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + n / {step} % {len(values)}]"


def row_of(model: type[models.Model]) -> str:
    """The key of a row above, one after the other and round again."""
    table = model._meta.db_table
    return f"(ARRAY(SELECT id FROM {table} ORDER BY id))[1 + (n - 1) % (SELECT greatest(count(*), 1) FROM {table})]"


PROVINCE = (
    "(ARRAY(SELECT id FROM organisations_organisationunit WHERE kind = 'province' AND valid_to IS NULL ORDER BY id))"
    "[1 + n % 34]"
)
FIELD = (
    "(ARRAY(SELECT code FROM labs_measurementfield ORDER BY code))"
    "[1 + n % (SELECT count(*) FROM labs_measurementfield)]"
)
SET = "(SELECT min(code) FROM labs_criteriaset)"
DAY = "make_date(2019 + (n % 7)::int, 1 + (n / 7 % 12)::int, 1 + (n / 84 % 28)::int)"
THINGS = one_of(["Áp kế", "Bộ quả cân", "Cân phân tích", "Đồng hồ", "Máy phát", "Nhiệt kế", "Thước", "Vôn mét"], 11)
WORDS = one_of(["khối lượng", "độ dài", "nhiệt độ", "áp suất", "lưu lượng", "điện và từ", "thời gian", "quang học"])
FAMILIES = one_of(["Đặng", "Lê", "Nguyễn", "Phạm", "Trần"])
CODE = "lpad((5000000000 + n)::text, 10, '0')"

FILLINGS = [
    Filling(
        ConformityBody, MANY,
        {"code": "'TC-B' || n", "name": f"'Trung tâm Kỹ thuật ' || n || ', ' || {WORDS}",
         "kind": one_of(BodyKind.values), "unit_id": PROVINCE},
    ),
    Filling(
        Laboratory, MANY,
        {"code": "'PTN-B' || n", "name": f"'Phòng đo ' || n || ', ' || {WORDS}", "unit_id": PROVINCE,
         "body_id": row_of(ConformityBody)},
    ),
    Filling(
        ScopeItem, 40_000,
        {"laboratory_id": row_of(Laboratory), "activity": one_of(Activity.values, 7), "field_id": FIELD,
         "quantity": f"{THINGS} || ' ' || n || ', ' || {WORDS}", "measuring_range": "'(0 ÷ ' || n || ') kg'",
         "uncertainty": "'U = ' || n % 50 / 10.0 || ' mg (k = 2)'", "method": "'ĐLVN ' || n % 300 || ':2020'"},
    ),
    Filling(
        Registration, MANY,
        {"number": "n || '/ĐK-TĐC'", "regime": one_of(Regime.values), "body_id": row_of(ConformityBody),
         "issuer": f"'Ủy ban TĐC, ' || {WORDS}", "issued_on": DAY, "valid_until": f"{DAY} + 1800 + (n % 900)::int"},
    ),
    Filling(
        CriteriaAssessment, MANY,
        {"code": "'ĐG-B' || n", "laboratory_id": row_of(Laboratory), "criteria_set_id": SET, "assessed_on": DAY,
         "verdict": one_of(Verdict.values, 3), "assessor": f"'Đoàn đánh giá ' || {WORDS}",
         "valid_until": f"{DAY} + 1800 + (n % 900)::int"},
    ),
    Filling(
        MeasurementStandard, MANY,
        {"code": "'CQG-B' || n", "name": f"{THINGS} || ' ' || n || ', ' || {WORDS}", "area": one_of(Area.values),
         "quantity": WORDS, "unit_id": PROVINCE, "holder": "'Trung tâm kỹ thuật'", "recognised_on": DAY},
    ),
    Filling(
        CalibrationAndMeasurementCapability, CMCS,
        {"code": "'APMP-M-VN-B' || n", "name": f"'Hiệu chuẩn ' || n || ', ' || {WORDS}", "area": one_of(Area.values),
         "quantity": WORDS, "measuring_range": "'1 kg'", "uncertainty": "'0,05 mg'", "unit_id": PROVINCE,
         "holder": "'Viện Đo lường'"},
    ),
    Filling(
        CmcStatus, MANY,
        {"cmc_id": row_of(CalibrationAndMeasurementCapability),
         "status": one_of(["published", "suspended", "reinstated"], CMCS),
         "happened_on": f"make_date(2005, 1, 1) + (n / {CMCS} * 70)::int",
         "reason": f"'Thông báo ' || n || ', ' || {WORDS}"},
    ),
    Filling(
        DevelopedProduct, MANY,
        {"code": "'SP-B' || n", "name": f"{THINGS} || ' ' || n || ', ' || {WORDS}", "kind": one_of(ProductKind.values),
         "area": one_of(Area.values), "unit_id": PROVINCE, "producer": "'Trung tâm kỹ thuật'", "accepted_on": DAY},
    ),
    Filling(
        TrainingCourse, MANY,
        {"code": "'ĐT-B' || n", "title": f"'Bồi dưỡng ' || n || ', ' || {WORDS}", "subject": one_of(Subject.values),
         "unit_id": PROVINCE, "starts_on": DAY, "ends_on": f"{DAY} + 3"},
    ),
    Filling(
        Attendance, MANY,
        {"course_id": row_of(TrainingCourse), "full_name": f"{FAMILIES} || ' Văn ' || n", "birth_year": "1960 + n % 40",
         "workplace": f"'Chi cục ' || {WORDS}", "audience": one_of(Audience.values)},
    ),
    Filling(
        UnitPlan, MANY,
        {"number": "n || '/KH-UBND'", "title": f"'Kế hoạch ' || n || ', ' || {WORDS}",
         "unit_id": PROVINCE, "issued_on": DAY, "first_year": f"extract(year FROM {DAY})::int",
         "last_year": f"extract(year FROM {DAY})::int + 4"},
    ),
    Filling(
        SupportActivity, MANY,
        {"recipient": f"{THINGS} || ' ' || n || ', công ty ' || {WORDS}", "recipient_kind": "'enterprise'",
         "tax_code": CODE, "task": one_of(SupportActivity.Task.values), "mode": one_of(SupportActivity.Mode.values),
         "unit_id": PROVINCE, "held_on": DAY, "content": f"'Đào tạo về ' || {WORDS}"},
    ),
    Filling(
        ProgrammeEvaluation, MANY,
        {"tax_code": CODE, "name": f"{THINGS} || ' ' || n || ', công ty ' || {WORDS}", "year": "2019 + n % 7",
         "vsic_version": "'2018'", "vsic": "'10'", "competitiveness": "'Giảm tỷ lệ hàng bị trả lại'",
         "integration": "'Kết quả đo được chấp nhận'", "unit_id": PROVINCE, "evaluated_on": DAY},
    ),
    Filling(
        ManagingMinistry, MANY,
        {"tax_code": CODE, "name": f"{THINGS} || ' ' || n || ', công ty ' || {WORDS}", "unit_id": "'BCT'",
         "since": DAY},
    ),
]  # fmt: skip
BY_SLUG = {filling.model.SLUG: filling for filling in FILLINGS}


def fill_registers(share: int = 1) -> None:
    """All of them, or one row of so many, as far as that fills a page; the demonstration's own rows go first."""
    tables = ", ".join(filling.model._meta.db_table for filling in FILLINGS)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        for filling in FILLINGS:
            cursor.execute(filling.statement(1, filling.few(share)))
        cursor.execute("VACUUM ANALYZE")


def add_rows(slug: str, upto: int) -> None:
    """As many of one register; none where it has them."""
    if slug:
        filling = BY_SLUG[slug]
        with connection.cursor() as cursor:
            cursor.execute(filling.statement(filling.model._default_manager.count() + 1, upto))
            cursor.execute("VACUUM ANALYZE")
