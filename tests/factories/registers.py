from datetime import date

import factory

from apps.activities.models import (
    Agreement,
    Award,
    Communication,
    Difficulty,
    Exchange,
    HighTechProduct,
    InfrastructureReview,
    Inspection,
    InternationalMembership,
    Policy,
    PublicEvent,
)
from apps.documents.models import LegalDocument
from apps.enterprises.models import ManagingMinistry, PrioritySector, ProgrammeEvaluation, SupportActivity
from apps.labs.models import (
    Activity,
    Area,
    BodyKind,
    CalibrationAndMeasurementCapability,
    CmcStatus,
    ComparisonKind,
    ConformityBody,
    CriteriaAssessment,
    Criterion,
    CriterionResult,
    DevelopedProduct,
    Laboratory,
    MeasurementStandard,
    PlannedStandard,
    ProductKind,
    Regime,
    Registration,
    ScopeItem,
    StandardComparison,
    Verdict,
)
from apps.plans.models import UnitPlan
from apps.training.models import Attendance, Audience, Subject, TrainingCourse
from tests.factories.enterprises import tax_code

BAC_NINH, TDC = "VN-24-2025", "UBTDC"
TCVN = "TCVN 13187:2020"


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


class BodyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConformityBody

    code = factory.Sequence(lambda n: f"TC-{n + 1:04d}")
    name = factory.Sequence(lambda n: f"Trung tâm Kỹ thuật đo lường {n + 1}")
    kind = BodyKind.PUBLIC
    unit_id = BAC_NINH


class LaboratoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Laboratory

    code = factory.Sequence(lambda n: f"PTN-{n + 1:04d}")
    name = factory.Sequence(lambda n: f"Phòng đo khối lượng {n + 1}")
    unit_id = BAC_NINH
    body = factory.SubFactory(BodyFactory, unit_id=factory.SelfAttribute("..unit_id"))


class ScopeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScopeItem

    laboratory = factory.SubFactory(LaboratoryFactory)
    activity = Activity.CALIBRATION
    field_id = "KHOI_LUONG"
    quantity = factory.Sequence(lambda n: f"Quả cân chuẩn {n + 1}")
    measuring_range = "(1 ÷ 500) mg"


class RegistrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Registration

    number = factory.Sequence(lambda n: f"{n + 1}/ĐK-TĐC")
    regime = Regime.REGISTRATION
    body = factory.SubFactory(BodyFactory)
    issuer = "Ủy ban TĐC"
    issued_on = date(2024, 3, 4)


class CriterionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Criterion

    code = factory.Sequence(lambda n: f"13187-{n + 1:02d}")
    criteria_set_id = TCVN
    title = factory.Sequence(lambda n: f"Tiêu chí thử {n + 1}")
    unit_id = "UBTDC"


class AssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CriteriaAssessment

    code = factory.Sequence(lambda n: f"ĐG-{n + 1:04d}")
    laboratory = factory.SubFactory(LaboratoryFactory)
    criteria_set_id = TCVN
    assessed_on = date(2024, 5, 6)
    verdict = Verdict.MET
    assessor = "Đoàn đánh giá"


class ResultFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CriterionResult

    assessment = factory.SubFactory(AssessmentFactory)
    criterion = factory.SubFactory(CriterionFactory)
    verdict = Verdict.MET


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


class InspectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Inspection

    title = factory.Sequence(lambda n: f"Kiểm tra phương tiện đo xăng dầu {n + 1}")
    kind = Inspection.Kind.FIELD
    unit_id = BAC_NINH
    started_on = date(2026, 3, 2)
    ended_on = date(2026, 3, 12)


class DifficultyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Difficulty

    title = factory.Sequence(lambda n: f"Thiếu nơi hiệu chuẩn lưu lượng {n + 1}")
    raised_by = "Doanh nghiệp kinh doanh xăng dầu"
    unit_id = BAC_NINH
    raised_on = date(2026, 3, 12)


class ReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InfrastructureReview

    title = factory.Sequence(lambda n: f"Lĩnh vực y tế {n + 1}")
    year = 2025
    unit_id = BAC_NINH
    reviewed_on = date(2026, 3, 12)


class PolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Policy

    title = factory.Sequence(lambda n: f"Kế hoạch kiểm tra đo lường {n + 1}")
    kind = Policy.Kind.PLAN
    stage = Policy.Stage.DRAFTED
    unit_id = BAC_NINH
    reached_on = date(2026, 3, 12)


class ProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HighTechProduct

    name = factory.Sequence(lambda n: f"Chuẩn lưu lượng khí {n + 1}")
    kind = HighTechProduct.Kind.STANDARD
    unit_id = BAC_NINH
    proposed_on = date(2026, 3, 12)


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PublicEvent

    title = factory.Sequence(lambda n: f"Hội thảo đo lường hóa lý {n + 1}")
    kind = PublicEvent.Kind.WORKSHOP
    unit_id = BAC_NINH
    started_on = date(2026, 3, 12)
    ended_on = date(2026, 3, 12)


class CommunicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Communication

    title = factory.Sequence(lambda n: f"Phổ biến Đề án {n + 1}")
    channel = Communication.Channel.ONLINE
    outlet = "Cổng thông tin điện tử tỉnh"
    unit_id = BAC_NINH
    published_on = date(2026, 3, 12)
    pieces = 3


class AwardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Award

    recipient = factory.Sequence(lambda n: f"Phòng Quản lý đo lường {n + 1}")
    recipient_kind = Award.Recipient.GROUP
    form = Award.Form.CERTIFICATE
    unit_id = BAC_NINH
    decided_on = date(2026, 3, 12)


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    title = factory.Sequence(lambda n: f"Thỏa thuận hợp tác đo lường {n + 1}")
    kind = Agreement.Kind.BILATERAL
    parties = "Ủy ban TĐC; KRISS"
    unit_id = BAC_NINH
    signed_on = date(2026, 3, 12)


class InternationalMembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InternationalMembership

    organisation = factory.Sequence(lambda n: f"APMP {n + 1}")
    role = InternationalMembership.Role.FULL
    unit_id = BAC_NINH
    began_on = date(2026, 3, 12)


class ExchangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Exchange

    title = factory.Sequence(lambda n: f"Đào tạo đo lường nhiệt {n + 1}")
    kind = Exchange.Kind.COURSE
    partner = "KRISS"
    country = "Hàn Quốc"
    unit_id = BAC_NINH
    started_on = date(2026, 3, 2)
    ended_on = date(2026, 3, 12)


FACTORIES = {
    "standards": StandardFactory,
    "planned-standards": PlannedStandardFactory,
    "comparisons": ComparisonFactory,
    "cmc": CmcFactory,
    "cmc-status": CmcStatusFactory,
    "products": ProductFactory,
    "courses": CourseFactory,
    "attendances": AttendanceFactory,
    "unit-plans": PlanFactory,
    "support": SupportFactory,
    "managing-ministries": MinistryFactory,
    "evaluations": EvaluationFactory,
    "labs": LaboratoryFactory,
    "bodies": BodyFactory,
    "scope": ScopeFactory,
    "registrations": RegistrationFactory,
    "criteria": CriterionFactory,
    "assessments": AssessmentFactory,
    "criterion-results": ResultFactory,
    "inspections": InspectionFactory,
    "difficulties": DifficultyFactory,
    "infrastructure-reviews": ReviewFactory,
    "policies": PolicyFactory,
    "high-tech-products": ProposalFactory,
    "events": EventFactory,
    "communications": CommunicationFactory,
    "awards": AwardFactory,
    "agreements": AgreementFactory,
    "international-memberships": InternationalMembershipFactory,
    "exchanges": ExchangeFactory,
}
ACTIVITIES = [slug for slug, one in FACTORIES.items() if one._meta.model._meta.app_label == "activities"]
OWN = [slug for slug in FACTORIES if slug != "criteria"]  # rows that only their own units see


def make(slug: str, unit: str = BAC_NINH, **given):
    """A row of that unit, whichever column or row above it says so."""
    model = FACTORIES[slug]._meta.model
    return FACTORIES[slug](**{f"{model.UNIT}_id": unit}, **given)
