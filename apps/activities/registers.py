"""The registers of what units do besides their tasks, in three families: how measurement is managed, what makes it
known, international cooperation. A report's cells count their rows (counting.py).
"""

from django.utils.translation import gettext_lazy as _

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
from apps.enterprises.registers import CHECK_DIGIT
from apps.enterprises.tax_codes import UNCONFIRMED_MESSAGE
from apps.registers.declaration import Awaited, Register, declare
from apps.registers.filerules import FileRules

INSPECTIONS = declare(
    Register(
        model=Inspection,
        key=("title", "unit", "started_on"),
        named_by="title",
        title=_("Kiểm tra, đánh giá về đo lường"),
        short=_("Kiểm tra"),
        in_menu=_("Quản lý đo lường"),
        noun=_("cuộc kiểm tra"),
        add_words=_("Thêm cuộc kiểm tra"),
        icon="clipboard-search",
        export_name="kiem-tra",
        lead=_("Nhiệm vụ 2.3.1, 2.3.2, 3.3 của Kế hoạch triển khai Đề án · điền sẵn vào báo cáo năm của đơn vị"),
        counted_on="ended_on",
        awaited=Awaited(
            what=_("khắc phục"),
            days=_("Số ngày từ khi kiểm tra"),
            since="started_on",
            due="remedies_due_on",
            done="remedied_on",
            is_asked=True,
        ),
    )
)
DIFFICULTIES = declare(
    Register(
        model=Difficulty,
        key=("title", "raised_by", "unit", "raised_on"),
        named_by="title",
        title=_("Khó khăn, vướng mắc về đo lường của doanh nghiệp"),
        short=_("Khó khăn, vướng mắc"),
        noun=_("khó khăn, vướng mắc"),
        add_words=_("Thêm khó khăn, vướng mắc"),
        icon="alert-triangle",
        export_name="kho-khan-vuong-mac",
        family="inspections",
        lead=_("Phản ánh của doanh nghiệp, cơ quan trả lời và số ngày chờ trả lời"),
        counted_on="raised_on",
        awaited=Awaited(
            what=_("trả lời"),
            days=_("Số ngày từ khi phản ánh"),
            since="raised_on",
            due="due_on",
            done="answered_on",
        ),
        files=FileRules(
            words={"unconfirmed": _(UNCONFIRMED_MESSAGE)}, told=("tax_code_check_digit",), wanted=CHECK_DIGIT
        ),
    )
)
REVIEWS = declare(
    Register(
        model=InfrastructureReview,
        key=("title", "year", "unit"),
        named_by="title",
        title=_("Rà soát hạ tầng kỹ thuật đo lường"),
        short=_("Rà soát hạ tầng"),
        noun=_("lần rà soát"),
        add_words=_("Thêm lần rà soát"),
        icon="list-details",
        export_name="ra-soat-ha-tang",
        family="inspections",
        lead=_("Hiện trạng phòng thí nghiệm, chuẩn, phương tiện đo theo năm; nội dung còn thiếu và đề xuất đầu tư"),
        counted_on="reviewed_on",
    )
)
POLICIES = declare(
    Register(
        model=Policy,
        key=("title", "unit"),
        named_by="title",
        title=_("Văn bản, chính sách về đo lường"),
        short=_("Văn bản, chính sách"),
        noun=_("văn bản"),
        add_words=_("Thêm văn bản, chính sách"),
        icon="file-text",
        export_name="van-ban-chinh-sach",
        family="inspections",
        lead=_("Từ đề xuất đến ban hành · văn bản đã ban hành được điền sẵn vào báo cáo năm của đơn vị chủ trì"),
        counted_on="reached_on",
    )
)
PROPOSALS = declare(
    Register(
        model=HighTechProduct,
        key=("name", "unit", "proposed_on"),
        named_by="name",
        title=_("Đề xuất sản phẩm công nghệ cao được khuyến khích phát triển"),
        short=_("Sản phẩm công nghệ cao"),
        noun=_("đề xuất"),
        add_words=_("Thêm đề xuất"),
        icon="box",
        export_name="san-pham-cong-nghe-cao",
        family="inspections",
        lead=_("Phương tiện đo, chuẩn đo lường, chất chuẩn đề xuất bổ sung vào Danh mục (nhiệm vụ 2.1.4)"),
        counted_on="proposed_on",
        awaited=Awaited(what=_("xem xét"), days=_("Số ngày từ khi đề xuất"), since="proposed_on", done="decided_on"),
    )
)
EVENTS = declare(
    Register(
        model=PublicEvent,
        key=("title", "unit", "started_on"),
        named_by="title",
        title=_("Hội nghị, hội thảo, sự kiện"),
        short=_("Sự kiện"),
        in_menu=_("Sự kiện, truyền thông"),
        noun=_("sự kiện"),
        add_words=_("Thêm sự kiện"),
        icon="calendar-event",
        export_name="su-kien",
        lead=_("Nhiệm vụ 1.1, 2.4.3, 2.6.1 đến 2.6.3 của Kế hoạch triển khai Đề án"),
        counted_on="ended_on",
    )
)
COMMUNICATIONS = declare(
    Register(
        model=Communication,
        key=("title", "outlet", "unit", "published_on"),
        named_by="title",
        title=_("Truyền thông về đo lường và Đề án"),
        short=_("Truyền thông"),
        noun=_("hoạt động truyền thông"),
        add_words=_("Thêm hoạt động truyền thông"),
        icon="send",
        export_name="truyen-thong",
        family="events",
        lead=_("Nhiệm vụ 1.1 và 2.6.4: báo, đài, truyền hình, tạp chí, mạng xã hội"),
        counted_on="published_on",
    )
)
AWARDS = declare(
    Register(
        model=Award,
        key=("recipient", "form", "unit", "decided_on"),
        named_by="recipient",
        title=_("Thi đua, khen thưởng"),
        short=_("Khen thưởng"),
        noun=_("khen thưởng"),
        add_words=_("Thêm khen thưởng"),
        icon="flag",
        export_name="khen-thuong",
        family="events",
        lead=_("Tập thể, cá nhân được khen thưởng trong thực hiện Đề án, theo ngày của quyết định"),
        counted_on="decided_on",
    )
)
AGREEMENTS = declare(
    Register(
        model=Agreement,
        key=("title", "unit", "signed_on"),
        named_by="title",
        title=_("Thỏa thuận hợp tác, thừa nhận lẫn nhau"),
        short=_("Thỏa thuận"),
        in_menu=_("Hợp tác quốc tế"),
        noun=_("thỏa thuận"),
        add_words=_("Thêm thỏa thuận"),
        icon="signature",
        export_name="thoa-thuan-hop-tac",
        lead=_("Song phương, đa phương, thừa nhận lẫn nhau về đo lường, kèm thời hạn hiệu lực"),
        counted_on="signed_on",
        expires="expires_on",
        ends="ended_on",
    )
)
MEMBERSHIPS = declare(
    Register(
        model=InternationalMembership,
        key=("organisation", "committee", "person", "unit", "began_on"),
        named_by="organisation",
        title=_("Tham gia tổ chức, ban kỹ thuật quốc tế"),
        short=_("Thành viên tổ chức quốc tế"),
        noun=_("lượt tham gia"),
        add_words=_("Thêm lượt tham gia"),
        icon="users",
        export_name="thanh-vien-to-chuc-quoc-te",
        family="agreements",
        lead=_("Diễn đàn, tổ chức, ban và tiểu ban kỹ thuật về đo lường của thế giới và khu vực (nhiệm vụ 2.5.1)"),
        counted_on="began_on",
        expires="ended_on",
    )
)
EXCHANGES = declare(
    Register(
        model=Exchange,
        key=("title", "partner", "unit", "started_on"),
        named_by="title",
        title=_("Trao đổi, đào tạo, nghiên cứu với nước ngoài"),
        short=_("Trao đổi, hợp tác"),
        noun=_("hoạt động trao đổi"),
        add_words=_("Thêm hoạt động trao đổi"),
        icon="link",
        export_name="trao-doi-hop-tac",
        family="agreements",
        lead=_("Khóa đào tạo, chuyên gia, nghiên cứu và chuyển giao công nghệ (nhiệm vụ 2.5.2, 2.5.4)"),
        counted_on="ended_on",
    )
)
