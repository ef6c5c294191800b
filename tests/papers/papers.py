"""A paper as a department writes it, in which every part of the form is there once. Its figures are invented."""

from dataclasses import replace
from datetime import date

from apps.papers.paper import Annex, Column, Heading, Paper, Paragraph, Row, Signer, Table

SENTENCE = (
    "Thực hiện kế hoạch của Ủy ban nhân dân tỉnh, Sở đã phối hợp với các sở, ngành và đơn vị liên quan tổ chức tuyên "
    "truyền, phổ biến pháp luật về đo lường; khảo sát nhu cầu của doanh nghiệp, hướng dẫn xây dựng và áp dụng chương "
    "trình bảo đảm đo lường tại doanh nghiệp trên địa bàn."
)
SUPPORT = "Hỗ trợ doanh nghiệp xây dựng chương trình bảo đảm đo lường"
BRANCH = "Chi cục Tiêu chuẩn Đo lường Chất lượng"
AMOUNTS = ("1.234,5", "1.100,0", "987,6", "980,0")
TARGETS = Table(
    columns=(
        Column("STT", "center", 1),
        Column("Nội dung", "left", 6),
        Column("Đơn vị tính", "center", 2.4),
        Column("Năm trước", "right", 2.2),
        Column("Năm báo cáo", "right", 2.2),
    ),
    rows=(
        Row(("1", "Phòng thí nghiệm được công nhận", "phòng", "12", "14")),
        Row(("2", "Doanh nghiệp áp dụng chương trình bảo đảm đo lường", "doanh nghiệp", "1.034", "1.215")),
        Row(("", "Tổng cộng", "", "1.046", "1.229"), is_total=True),
    ),
    caption="Bảng 1. Kết quả thực hiện các mục tiêu",
    unit_note="Đơn vị tính ghi ở từng dòng",
)
MONEY = Table(
    columns=(
        Column("STT", "center", 1),
        Column("Nhiệm vụ", "left", 7),
        Column("Đơn vị chủ trì", "left", 4),
        *(Column(title, "right", 2.6) for title in ("Dự toán", "Được giao", "Giải ngân", "Quyết toán")),
        Column("Ghi chú", "left", 3),
    ),
    rows=(
        *(Row((str(number), SUPPORT, BRANCH, *AMOUNTS, "")) for number in range(1, 19)),
        Row(("", "Cộng", "", "22.221,0", "19.800,0", "17.776,8", "17.640,0", ""), is_total=True),
    ),
    unit_note="Đơn vị tính: triệu đồng",
)
PROVINCE = Paper(
    superior_body="Ủy ban nhân dân tỉnh Lâm Đồng",
    issuing_body="Sở Khoa học và Công nghệ",
    issuer_in_full="Sở Khoa học và Công nghệ tỉnh Lâm Đồng",
    number_symbol="BC-SKHCN",
    place="Lâm Đồng",
    year=2026,
    about="Kết quả thực hiện Đề án 996 trên địa bàn tỉnh năm 2026",
    addressees=("Bộ Khoa học và Công nghệ", "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia"),
    body=(
        Paragraph(SENTENCE),
        Heading("Kết quả thực hiện"),
        Heading("Công tác chỉ đạo, điều hành", 2),
        Paragraph("\n".join([SENTENCE] * 3)),
        Heading("Kết quả thực hiện các mục tiêu", 2),
        Paragraph(SENTENCE),
        TARGETS,
        Heading("Về phòng thí nghiệm", 3),
        Paragraph(SENTENCE),
        Heading("Về chương trình bảo đảm đo lường", 3),
        Paragraph("\n".join([SENTENCE] * 2)),
        Heading("Tồn tại, hạn chế và nguyên nhân"),
        Paragraph("\n".join([SENTENCE] * 2)),
        Heading("Kiến nghị, đề xuất"),
        Paragraph("Trên đây là kết quả thực hiện Đề án 996 năm 2026, Sở Khoa học và Công nghệ kính báo cáo./."),
    ),
    signer=Signer(("KT. Giám đốc", "Phó Giám đốc"), "Nguyễn Thị Hường"),
    recipients=("Như trên", "UBND tỉnh (để báo cáo)", "Giám đốc, các Phó Giám đốc Sở"),
    archive="VT, TĐC",
    annexes=(
        Annex("Kinh phí thực hiện nhiệm vụ năm 2026", (MONEY,), "I", landscape=True),
        Annex("Danh mục văn bản đã ban hành", (Heading("Văn bản của tỉnh"), Paragraph(SENTENCE)), "II"),
    ),
    mark="Số liệu minh họa",
)
SIGNED = replace(PROVINCE, number="48", day=date(2026, 2, 5))
