from datetime import date

import factory

from apps.documents.models import LegalDocument
from apps.enterprises.models import ManagingMinistry, PrioritySector, ProgrammeEvaluation, SupportActivity
from apps.labs.models import Area, MeasurementStandard
from apps.plans.models import UnitPlan
from apps.training.models import Attendance, Audience, Subject, TrainingCourse
from tests.factories.enterprises import tax_code

BAC_NINH, TDC = "VN-24-2025", "UBTDC"


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


class SupportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SupportActivity

    recipient = factory.Sequence(lambda n: f"Công ty CP Cơ khí Cầu Đo {n + 1}")
    recipient_kind = SupportActivity.Recipient.ENTERPRISE
    tax_code = factory.Sequence(lambda n: tax_code(2_000_000 + n))
    task = SupportActivity.Task.PROGRAMME
    mode = SupportActivity.Mode.TRAINING
    unit_id = BAC_NINH
    held_on = date(2026, 3, 12)
    content = "Đào tạo xây dựng Chương trình đảm bảo đo lường"


class PrioritySectorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PrioritySector

    act = factory.LazyFunction(lambda: LegalDocument.objects.order_by("pk").first())
    number = "1"
    sector = "Chế biến, chế tạo thử"
    vsic_version = PrioritySector.Vsic.V2018
    vsic = "10"
    valid_from = date(2019, 1, 1)
    unit_id = TDC


class MinistryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ManagingMinistry

    tax_code = factory.Sequence(lambda n: tax_code(6_000_000 + n))
    name = factory.Sequence(lambda n: f"Tổng công ty Cơ khí {n + 1}")
    unit_id = "BCT"
    since = date(2019, 1, 15)


class EvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProgrammeEvaluation

    tax_code = factory.Sequence(lambda n: tax_code(8_000_000 + n))
    name = factory.Sequence(lambda n: f"Công ty CP Đánh giá {n + 1}")
    year = 2025
    vsic_version = PrioritySector.Vsic.V2018
    vsic = "10"
    competitiveness = "Giảm tỷ lệ hàng bị trả lại"
    integration = "Kết quả đo được chấp nhận ở thị trường xuất khẩu"
    unit_id = BAC_NINH
    evaluated_on = date(2026, 3, 12)
