"""What the description of the API says before its first path."""

API_DESCRIPTION = (
    "Số liệu thực hiện Đề án 996 (Quyết định số 996/QĐ-TTg). Người gọi chỉ thấy các đường dẫn mình được mở.\n\n"
    "Chương trình gọi bằng mã truy cập: `Authorization: Bearer p996_…`. Mã mở phần được chọn khi cấp (phạm vi, ví dụ "
    "`tasks:read`, `registers/labs:write`; ghi thì đọc được), trong quyền hiện có của tài khoản.\n\n"
    "Lỗi nào cũng trả lời bằng JSON: `detail` (lời giải thích), `code` (mã cố định), `incident` (mã sự cố) và, "
    "khi tham số hoặc trường chưa hợp lệ, `errors`. Khi gọi quá nhiều: 429, gọi lại sau số giây của `Retry-After`."
)
