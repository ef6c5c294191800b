"""Bodies, their laboratories, what these may do, and by what right."""

from django.utils.translation import gettext_lazy as _

from apps.labs.models import ConformityBody, Laboratory, Registration, ScopeItem
from apps.labs.models.registrations import OTHER_BODY
from apps.registers.declaration import Register, declare
from apps.registers.filerules import FileRules

_OTHER_BODY = """
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'laboratory', l.code, 'other_body', 'error', %(other_body)s
    FROM staged s JOIN labs_laboratory l ON l.id = nullif(s.clean->>'laboratory', '')::bigint
    WHERE l.body_id <> (s.clean->>'body')::bigint
"""

LABS = declare(
    Register(
        model=Laboratory,
        key=("code",),
        named_by="name",
        title=_("Phòng thí nghiệm"),
        short=_("Phòng thí nghiệm"),
        noun=_("phòng thí nghiệm"),
        add_words=_("Thêm phòng thí nghiệm"),
        icon="flask-2",
        export_name="phong-thi-nghiem",
        told_apart_by=("address",),
        lead=_("Mục tiêu MT6 tính phòng thí nghiệm được đánh giá đạt theo bộ tiêu chí quốc gia, mỗi phòng một lần"),
    )
)
BODIES = declare(
    Register(
        model=ConformityBody,
        family="labs",
        key=("code",),
        named_by="name",
        title=_("Tổ chức kiểm định, hiệu chuẩn, thử nghiệm"),
        short=_("Tổ chức"),
        noun=_("tổ chức"),
        add_words=_("Thêm tổ chức"),
        icon="building",
        export_name="to-chuc-kiem-dinh-hieu-chuan-thu-nghiem",
        told_apart_by=("address",),
        lead=_("Mỗi tổ chức có một hoặc nhiều phòng thí nghiệm, có thể đặt ở nhiều tỉnh, thành phố"),
    )
)
SCOPE = declare(
    Register(
        model=ScopeItem,
        family="labs",
        key=("laboratory", "activity", "quantity", "measuring_range"),
        named_by="quantity",
        title=_("Phạm vi kiểm định, hiệu chuẩn, thử nghiệm"),
        short=_("Phạm vi"),
        noun=_("dòng phạm vi"),
        add_words=_("Thêm dòng phạm vi"),
        icon="list-details",
        export_name="pham-vi",
        lead=_("Kiểm định, hiệu chuẩn và thử nghiệm là ba hoạt động khác nhau, mỗi hoạt động ghi một dòng riêng"),
    )
)
REGISTRATIONS = declare(
    Register(
        model=Registration,
        family="labs",
        key=("number", "regime", "body", "laboratory"),
        named_by="number",
        title=_("Đăng ký, chỉ định, công nhận, tự công bố"),
        short=_("Đăng ký, chỉ định, công nhận"),
        noun=_("đăng ký, chỉ định, công nhận, tự công bố"),
        add_words=_("Thêm đăng ký, chỉ định, công nhận"),
        icon="rubber-stamp",
        export_name="dang-ky-chi-dinh-cong-nhan",
        lead=_("Cơ sở để tổ chức được thực hiện kiểm định, hiệu chuẩn, thử nghiệm, kèm thời hạn hiệu lực"),
        expires="valid_until",
        ends="ended_on",
        files=FileRules(words={"other_body": OTHER_BODY}, told=("other_body",), wanted=_OTHER_BODY),
    )
)
