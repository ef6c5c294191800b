"""What offices call the columns of the register in files of their own, by the key of the column."""

ALIASES: dict[str, tuple[str, ...]] = {
    "tax_code": (
        "MST", "Mã số DN", "Mã số doanh nghiệp", "Mã doanh nghiệp", "Mã thuế", "MSDN", "Mã số thuế doanh nghiệp",
        "Số ĐKKD", "Mã số ĐKKD", "Số đăng ký kinh doanh", "Mã số đăng ký doanh nghiệp",
    ),
    "name": (
        "Tên DN", "Tên đơn vị", "Tên công ty", "Tên cơ sở", "Tên tổ chức", "Doanh nghiệp", "Đơn vị", "Công ty",
        "Tên doanh nghiệp, cơ sở", "Tên đơn vị, doanh nghiệp", "Tên cơ sở, doanh nghiệp", "Tên hộ kinh doanh",
    ),
    "province": (
        "Tỉnh", "Thành phố", "Tỉnh/TP", "Tỉnh thành", "Địa bàn", "Địa phương", "Tên tỉnh", "Tỉnh (thành phố)",
        "Tỉnh hoặc thành phố", "Tên tỉnh, thành phố", "Tỉnh, thành phố trực thuộc Trung ương", "Địa bàn tỉnh",
    ),
    "address": (
        "Địa chỉ trụ sở", "Trụ sở", "Địa chỉ trụ sở chính", "Địa chỉ doanh nghiệp", "Nơi đặt trụ sở",
    ),
    "ownership": (
        "Loại hình doanh nghiệp", "Loại hình DN", "Loại doanh nghiệp", "Thành phần kinh tế", "Hình thức sở hữu",
        "Loại hình sở hữu", "Khu vực kinh tế", "Loại hình kinh tế",
    ),
    "industry_code": (
        "Mã ngành", "VSIC", "Mã VSIC", "Ngành", "Ngành nghề", "Ngành nghề kinh doanh", "Mã ngành nghề",
        "Mã ngành kinh tế", "Ngành kinh tế", "Mã ngành chính",
    ),
    "form": (
        "Hình thức", "Hình thức hỗ trợ", "Hình thức thực hiện", "Hình thức tham gia chương trình",
    ),
    "stage": (
        "Giai đoạn thực hiện", "Giai đoạn triển khai", "Tình trạng", "Trạng thái", "Tình hình áp dụng",
        "Tình trạng áp dụng", "Tiến độ",
    ),
    "occurred_on": (
        "Ngày tháng", "Ngày tháng năm", "Ngày thực hiện", "Ngày áp dụng", "Thời gian", "Thời điểm", "Ngày bắt đầu",
        "Ngày ghi nhận", "Thời gian thực hiện", "Ngày bước vào giai đoạn",
    ),
    "note": (
        "Chú thích", "Diễn giải",
    ),
}  # fmt: skip
