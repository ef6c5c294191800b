"""What offices call the columns that many registers have, by the label; a column says its own besides (`aliases`)."""

ALIASES: dict[str, tuple[str, ...]] = {
    "Ghi chú": ("Chú thích", "Diễn giải"),
    "Ký hiệu": ("Số hiệu", "Mã hiệu", "Mã số", "Mã", "Số, ký hiệu", "Mã chuẩn", "Số đăng ký"),
    "Số, ký hiệu": ("Số hiệu", "Ký hiệu", "Số văn bản", "Số kế hoạch", "Số/ký hiệu"),
    "Trích yếu": ("Trích yếu nội dung", "Tên kế hoạch", "Tên văn bản", "Nội dung"),
    "Đơn vị": ("Tên đơn vị", "Cơ quan, đơn vị", "Cơ quan", "Đơn vị quản lý", "Đơn vị báo cáo"),
    "Đơn vị quản lý": ("Đơn vị", "Tên đơn vị", "Cơ quan quản lý", "Cơ quan, đơn vị quản lý"),
    "Đơn vị tổ chức": ("Đơn vị", "Tên đơn vị", "Cơ quan tổ chức", "Đơn vị chủ trì", "Đơn vị đào tạo"),
    "Đơn vị chủ trì": ("Đơn vị", "Cơ quan chủ trì", "Đơn vị thực hiện", "Đơn vị chủ trì thực hiện"),
    "Địa điểm": ("Nơi tổ chức", "Địa điểm tổ chức", "Địa chỉ", "Nơi đào tạo"),
    "Nội dung": ("Nội dung chính", "Lĩnh vực", "Chủ đề", "Nội dung đào tạo"),
    "Họ và tên": ("Họ tên", "Tên học viên", "Họ và tên học viên", "Họ tên học viên", "Học viên"),
    "Năm sinh": ("Sinh năm",),
    "Nơi làm việc": ("Đơn vị công tác", "Nơi công tác", "Cơ quan công tác", "Cơ quan", "Đơn vị"),
    "Đối tượng": ("Đối tượng học viên", "Nhóm đối tượng"),
    "Khóa": ("Mã khóa", "Mã lớp", "Lớp", "Khóa học", "Mã khóa học"),
    "Mã khóa": ("Khóa", "Mã lớp", "Mã khóa học", "Mã số khóa", "Mã"),
    "Tên khóa": ("Tên lớp", "Khóa học", "Tên khóa học", "Tên khóa đào tạo", "Tên lớp đào tạo", "Khóa đào tạo"),
    "Khai giảng": ("Ngày khai giảng", "Từ ngày", "Ngày bắt đầu", "Bắt đầu"),
    "Bế giảng": ("Ngày bế giảng", "Đến ngày", "Ngày kết thúc", "Kết thúc"),
    "Số giờ học": ("Số giờ", "Thời lượng", "Thời lượng (giờ)"),
    "Tên chuẩn": ("Chuẩn", "Tên chuẩn đo lường", "Chuẩn đo lường", "Tên chuẩn quốc gia"),
    "Lĩnh vực đo": ("Lĩnh vực",),
    "Đại lượng": ("Đại lượng đo", "Tên đại lượng"),
    "Phạm vi đo": ("Phạm vi", "Dải đo", "Khoảng đo"),
    "Độ không đảm bảo đo mở rộng": ("Độ không đảm bảo đo", "ĐKĐBĐ", "Độ không bảo đảm đo", "Độ KĐB đo"),
    "Tổ chức lưu giữ": ("Nơi lưu giữ", "Đơn vị lưu giữ", "Tổ chức duy trì", "Tổ chức duy trì, bảo quản"),
    "Ngày được công nhận": ("Ngày công nhận", "Ngày phê duyệt"),
    "Quyết định phê duyệt": ("Số quyết định", "Quyết định", "Số quyết định phê duyệt"),
    "Ngày ban hành": ("Ngày văn bản", "Ngày ký", "Ngày, tháng ban hành"),
    "Tên nhiệm vụ": ("Nhiệm vụ", "Nội dung nhiệm vụ", "Tên đề tài, dự án"),
    "Mã nhiệm vụ": ("Mã", "Mã số", "Mã số nhiệm vụ"),
    "Loại nhiệm vụ": ("Loại", "Loại hình nhiệm vụ"),
    "Năm kế hoạch": ("Năm", "Năm thực hiện"),
    "Sản phẩm": ("Sản phẩm dự kiến", "Kết quả, sản phẩm", "Sản phẩm, kết quả"),
    "Ngày bắt đầu": ("Bắt đầu", "Thời gian bắt đầu", "Từ ngày"),
    "Hạn hoàn thành": ("Thời hạn hoàn thành", "Ngày hoàn thành", "Thời gian hoàn thành", "Đến ngày"),
}


def other_names(label: str) -> tuple[str, ...]:
    return ALIASES.get(label, ())
