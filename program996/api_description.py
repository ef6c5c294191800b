"""What the description of the API says before its first path."""

API_DESCRIPTION = (
    "Số liệu thực hiện Đề án 996 (Quyết định số 996/QĐ-TTg). Tài liệu này mở cho mọi người; dữ liệu thì theo "
    "quyền, trừ số liệu đã công bố ở `/api/v1/public/`: mở cho mọi người, không cần mã truy cập.\n\n"
    "Chương trình gọi bằng mã truy cập: `Authorization: Bearer p996_…`. Mã mở phần được chọn khi cấp (phạm vi, ví dụ "
    "`tasks:read`, `registers/labs:write`; ghi thì đọc được), trong quyền hiện có của tài khoản.\n\n"
    "Lỗi nào cũng trả lời bằng JSON: `detail` (lời giải thích), `code` (mã cố định), `incident` (mã sự cố) và, "
    "khi tham số hoặc trường chưa hợp lệ, `errors`; cùng `type`, `title`, `status`, `instance` theo RFC 9457. "
    "Với `Accept-Language: en`, tên lỗi và lời của chính API bằng tiếng Anh. "
    "Khi gọi quá nhiều: 429, gọi lại sau số giây của `Retry-After`.\n\n"
    "Danh sách: `page` kèm `count`, hoặc `cursor` (để trống ở lần đầu) khi cần đi hết danh sách đang thay đổi; "
    "`ordering`, `fields`. Tham số không có trong tài liệu trả về 400, những tên dùng được ở `allowed`.\n\n"
    "Câu trả lời đọc có `ETag`; gửi lại trong `If-None-Match` để nhận 304 khi chưa có gì thay đổi, trong `If-Match` "
    "khi ghi để nhận 412 nếu bản ghi đã khác. Mọi POST nhận `Idempotency-Key`: gửi lại không thực hiện lần nữa.\n\n"
    "Trong một phiên bản (`/api/v1/`) không trường nào mất đi hoặc đổi kiểu; trường, tham số, mã lỗi có thể thêm. Địa "
    "chỉ sẽ bỏ được báo trước ít nhất 12 tháng bằng `Deprecation` và `Sunset`."
)
