from datetime import date

import factory

from apps.documents.models import LegalDocument
from apps.labs.models import (
    Area,
    CalibrationAndMeasurementCapability,
    CmcStatus,
    ComparisonKind,
    DevelopedProduct,
    MeasurementStandard,
    PlannedStandard,
    ProductKind,
    StandardComparison,
)
from apps.plans.models import UnitPlan
from apps.training.models import Attendance, Audience, Subject, TrainingCourse

BAC_NINH = "VN-24-2025"


class StandardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MeasurementStandard

    code = factory.Sequence(lambda n: f"CQG-{n + 1:03d}")
    name = factory.Sequence(lambda n: f"Chuẩn khối lượng {n + 1}")
    area = Area.MASS
    quantity = "Khối lượng"
    unit_id = BAC_NINH
    holder = "Trung tâm kỹ thuật"
    recognised_on = date(2021, 5, 4)


class ComparisonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StandardComparison

    standard = factory.SubFactory(StandardFactory)
    certificate = factory.Sequence(lambda n: f"GCN-{n + 1:03d}")
    kind = ComparisonKind.CALIBRATION
    performed_on = date(2024, 3, 5)
    institute = "KRISS"
    result = "Đạt"


class PlannedStandardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PlannedStandard

    act = factory.LazyFunction(lambda: LegalDocument.objects.get(number="996/QĐ-TTg"))
    position = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Chuẩn theo danh mục {n + 1}")
    area = Area.MASS
    unit_id = BAC_NINH


class CmcFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CalibrationAndMeasurementCapability

    code = factory.Sequence(lambda n: f"APMP-M-VN-{n + 1:03d}")
    name = factory.Sequence(lambda n: f"Hiệu chuẩn quả cân {n + 1}")
    area = Area.MASS
    quantity = "Khối lượng"
    measuring_range = "1 kg"
    uncertainty = "0,05 mg"
    unit_id = BAC_NINH
    holder = "Viện Đo lường"


class CmcStatusFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CmcStatus

    cmc = factory.SubFactory(CmcFactory)
    status = CmcStatus.Status.PUBLISHED
    happened_on = date(2021, 5, 4)
    reason = factory.Sequence(lambda n: f"Theo thông báo {n + 1} của BIPM")


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DevelopedProduct

    code = factory.Sequence(lambda n: f"SP-{n + 1:03d}")
    name = factory.Sequence(lambda n: f"Chất chuẩn pH {n + 1}")
    kind = ProductKind.REFERENCE_MATERIAL
    area = Area.QM
    unit_id = BAC_NINH
    producer = "Trung tâm kỹ thuật"
    accepted_on = date(2025, 9, 4)


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TrainingCourse

    code = factory.Sequence(lambda n: f"ĐT-{n + 1:03d}")
    title = factory.Sequence(lambda n: f"Bồi dưỡng kiểm định viên {n + 1}")
    subject = Subject.VERIFICATION
    unit_id = BAC_NINH
    starts_on = date(2026, 3, 2)
    ends_on = date(2026, 3, 6)


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    course = factory.SubFactory(CourseFactory)
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn Đo {n + 1}")
    birth_year = 1985
    workplace = "Chi cục Tiêu chuẩn Đo lường Chất lượng"
    audience = Audience.AUTHORITY


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UnitPlan

    number = factory.Sequence(lambda n: f"{n + 1}/KH-UBND")
    title = factory.Sequence(lambda n: f"Kế hoạch triển khai Đề án {n + 1}")
    unit_id = BAC_NINH
    issued_on = date(2025, 8, 28)
    first_year = 2025
    last_year = 2030
