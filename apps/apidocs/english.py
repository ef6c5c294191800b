"""English of what the pages of the API's documentation say; a test holds that nothing of them is missing here.

Words of single fields and of the programme's rules are those of the screens, and stay Vietnamese.
"""

from apps.apidocs.english_operations import OPERATIONS

PAGES = {
    "Tài liệu API": "API documentation",
    "Số liệu và nghiệp vụ của cổng, cho chương trình: cùng quyền, cùng quy tắc, cùng kết quả như trên màn hình.": (
        "The portal's figures and work, for programs: the same rights, the same rules, the same numbers as on screen."
    ),
    "Mô tả cho máy (OpenAPI 3):": "For machines (OpenAPI 3):",
    "Mã lỗi": "Codes of refusals",
    "Những thay đổi": "Change log",
    "Mô tả riêng của từng trường là lời trên màn hình, bằng tiếng Việt.": (
        "The words of single fields are those of the screens, in Vietnamese."
    ),
    "Các phần của API": "Resources",
    "Phần": "Resource",
    "Địa chỉ, phạm vi của mã": "Address, scope of tokens",
    "Phương thức": "Methods",
    "Giới hạn": "Limits",
    "Gọi quá nhiều: 429, gọi lại sau số giây của `Retry-After`.": (
        "Too many calls: 429; call again after the seconds of `Retry-After`."
    ),
    "giây": "seconds",
    "Ví dụ": "Examples",
    "Mã truy cập nằm trong biến môi trường `TOKEN`. Python cần thư viện requests, R cần jsonlite.": (
        "The token stands in the environment variable `TOKEN`. Python needs the library requests, R needs jsonlite."
    ),
    "curl đọc danh sách nhiều trang cần jq.": "curl needs jq for lists of several pages.",
    "Sao chép": "Copy",
    "Đã sao chép": "Copied",
    "Phạm vi của mã:": "Scopes of tokens:",
    "Mở cho mọi người: không đăng nhập, không cần mã, trang web khác đọc được, bản đã lưu dùng được một giờ.": (
        "Open to everybody: no sign-in, no token, readable from other sites' pages, good in a cache for an hour."
    ),
    "Các địa chỉ": "Addresses",
    "Địa chỉ này sẽ bỏ: câu trả lời cho biết ngày cuối (`Sunset`) và địa chỉ thay thế.": (
        "This address will go: its answers name the last day (`Sunset`) and what comes instead."
    ),
    "Tham số": "Parameters",
    "Như ở mọi địa chỉ:": "As at every address:",
    "danh sách": "list",
    "một trang của danh sách": "a page of a list of",
    "khi chưa có gì thay đổi": "what has not changed",
    "gửi lại an toàn": "sending again",
    "Nội dung gửi lên": "Body",
    "Câu trả lời": "Answer",
    "Khi bị từ chối": "Refusals",
    "Tên": "Name",
    "Kiểu": "Kind",
    "Ý nghĩa": "Meaning",
    "bắt buộc": "required",
    "Không nêu:": "Where it is not named:",
    "Mã lỗi của API": "Codes of the API's refusals",
    "Câu trả lời lỗi theo RFC 9457: `type` trỏ đến một dòng dưới đây, `code` là mã cố định.": (
        "Refusals follow RFC 9457: `type` leads to a line below, `code` never changes."
    ),
    "`detail` là lời giải thích của lần gọi đó; `instance` và `incident` cho biết mã sự cố để hỏi bộ phận hỗ trợ.": (
        "`detail` explains this one call; `instance` and `incident` carry the code to name to the support desk."
    ),
    "Mã lỗi, bằng tiếng Việt và tiếng Anh": "Codes, in Vietnamese and in English",
    "Mã": "Code",
    "Tiếng Việt": "Vietnamese",
    "Tiếng Anh": "English",
    "Mã `refused` thay cho mọi mã khác của nghiệp vụ: `code` nêu lý do, `detail` nói bằng lời như trên màn hình.": (
        "`refused` stands for every other code of the programme's rules: `code` names the reason, `detail` tells it as "
        "the screens do."
    ),
    "Đọc cả danh sách, và lần sau chỉ tải khi có thay đổi": "Read a whole list, and later only what has changed",
    "Số liệu của một mục tiêu trong một kỳ": "Figures of one indicator in one period",
    "Lập một nhiệm vụ, gửi lại an toàn, sửa mà không ghi đè": (
        "Make a task, send again safely, change it without writing over others"
    ),
    "Lần gọi của một tài khoản, hoặc của một địa chỉ mạng khi chưa đăng nhập": (
        "Calls of one account, or of one network address where nobody is signed in"
    ),
    "Lần gọi bằng một mã truy cập": "Calls by one token",
    "Lần gọi các địa chỉ mở cho mọi người, từ một địa chỉ mạng": (
        "Calls of addresses open to everybody, from one network address"
    ),
    "Lần gọi bằng mã không tồn tại, từ một địa chỉ mạng": "Calls by tokens that nobody has, from one network address",
    "Tệp của một tài khoản": "Files of one account",
}
KINDS = {
    "văn bản": "text", "số nguyên": "whole number", "số": "number", "đúng hoặc sai": "true or false",
    "đối tượng": "object", "ngày": "day", "thời điểm": "moment", "địa chỉ": "address",
    "số thập phân, dạng văn bản": "decimal, as text", "UUID": "UUID", "null": "null",
    "ngày hoặc thời điểm": "day or moment", "số nguyên hoặc văn bản": "whole number or text",
}  # fmt: skip
REFUSALS = {
    "Tham số chưa hợp lệ.": "A parameter is not valid.",
    "Không có, hoặc ngoài phạm vi được xem.": "Does not exist, or is out of the caller's sight.",
    "Nội dung chưa hợp lệ, hoặc chưa đến lúc.": "The body is not valid, or it is not the moment for it.",
    "Dữ liệu đã thay đổi từ khi người gọi đọc.": "The data have changed since the caller read them.",
    "Không còn như If-Match nêu.": "No longer as If-Match names it.",
    "Nội dung gửi lên quá lớn.": "The body is too large.",
    "Nội dung gửi lên không phải JSON.": "The body is not JSON.",
    "Chưa đăng nhập, hoặc mã truy cập không còn dùng được.": "Not signed in, or by a token that holds no more.",
    "Không có quyền, hoặc ngoài phạm vi của mã.": "Without the right, or beyond the scopes of the token.",
    "Gọi quá nhiều; gọi lại sau số giây của Retry-After.": "Too many calls; call again when Retry-After says.",
    "Lỗi khác, cùng một dạng.": "Any other refusal, in the same form.",
    "Chưa có gì thay đổi so với If-None-Match.": "Nothing has changed since what If-None-Match names.",
    "Đã rút khỏi sổ.": "Withdrawn from the register.",
}
ENGLISH = {**PAGES, **KINDS, **REFUSALS, **OPERATIONS}
