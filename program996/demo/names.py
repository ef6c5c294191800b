"""Vietnamese names of enterprises that do not exist."""

from apps.enterprises.models import Enterprise
from program996.demo.dice import Dice

Ownership = Enterprise.Ownership

FIRST = (  # noqa: SIM905 - a line of words reads better than a hundred quoted ones
    "An Bắc Bảo Bình Cẩm Châu Diên Dương Đại Đình Đoan Đông Đức Gia Giang Hà Hải Hiệp Hòa Hoàng Hồng Hưng Khánh Kiên "
    "Kim Lam Liên Linh Long Lộc Mai Minh Mỹ Nam Ngân Ngọc Nguyên Nhật Ninh Phong Phú Phúc Phước Quang Quế Quốc Sơn "
    "Tam Tân Tây Thái Thanh Thạch Thăng Thiên Thịnh Thuận Thủy Tín Trung Trường Tuấn Vạn Văn Việt Vĩnh Xuân Yên"
).split()
SECOND = (  # noqa: SIM905
    "Anh Bách Cát Châu Cương Dũng Đạt Điền Đường Giang Hà Hạnh Hào Hậu Hiển Hòa Huy Hưng Khang Khánh Khê Khoa Kiệt "
    "Lam Lâm Lễ Linh Lộc Lợi Mai Mẫn Nghi Nghĩa Nguyên Nhân Nhiên Niên Phát Phong Phụng Phương Quân Quý Sang Sinh Tài "
    "Tâm Thắng Thành Thảo Thông Thuận Thủy Tiến Tín Toàn Trí Triều Trọng Tùng Tường Uyên Vân Viên Vinh Vũ Xương Yên"
).split()
# Well-known firms are called so, or a province with firms of its name: nobody should take an invented row for them.
REAL = frozenset(
    {
        "An Giang", "An Phát", "Bình Điền", "Bảo Tín", "Bắc Giang", "Gia Lâm", "Hoàng Huy", "Hoàng Hà",
        "Hoàng Quân", "Hà Giang", "Hòa Phát", "Hưng Yên", "Hải Châu", "Hải Hà", "Hải Phát", "Hải Vân",
        "Hồng Hà", "Khánh Hòa", "Kim Tín", "Kiên Giang", "Mai Linh", "Nhật Cương", "Phú Quý", "Phú Tài",
        "Phú Yên", "Phước Hòa", "Phước Thành", "Quốc Cương", "Sơn Hà", "Thái Hưng", "Trung Nguyên",
        "Trung Thành", "Trường Sinh", "Trường Thành", "Tân Thành", "Tân Tiến", "Tín Nghĩa", "Việt Thắng",
        "Việt Tiến", "Vĩnh Phát", "Vạn Lợi", "Vạn Phát", "Vạn Thịnh", "Xuân Thành", "Đình Vũ", "Đại Quang",
        "Đức Giang",
    }
)  # fmt: skip

# What they do, and the division of VSIC; every division here exists in both versions.
COMPANY_TRADES = (
    ("Cơ khí chính xác", "25"), ("Kết cấu thép", "25"), ("Khuôn mẫu", "25"), ("Cơ khí chế tạo", "28"),
    ("Thiết bị công nghiệp", "28"), ("Máy nông nghiệp", "28"), ("Điện tử", "26"), ("Thiết bị đo lường", "26"),
    ("Linh kiện điện tử", "26"), ("Thiết bị điện", "27"), ("Dây và cáp điện", "27"), ("Phụ tùng ô tô", "29"),
    ("Đóng tàu", "30"), ("Thủy sản", "10"), ("Thực phẩm", "10"), ("Chế biến nông sản", "10"), ("Mía đường", "10"),
    ("Thức ăn chăn nuôi", "10"), ("Lương thực", "10"), ("Nước giải khát", "11"), ("Dệt may", "13"), ("May mặc", "14"),
    ("Da giày", "15"), ("Chế biến gỗ", "16"), ("Giấy", "17"), ("Bao bì", "17"), ("In", "18"), ("Hóa chất", "20"),
    ("Phân bón", "20"), ("Sơn", "20"), ("Dược", "21"), ("Dược liệu", "21"), ("Nhựa kỹ thuật", "22"), ("Cao su", "22"),
    ("Vật liệu xây dựng", "23"), ("Xi măng", "23"), ("Gốm sứ", "23"), ("Bê tông", "23"), ("Luyện kim", "24"),
    ("Nội thất", "31"), ("Thiết bị y tế", "32"), ("Lắp máy", "33"), ("Điện lực", "35"), ("Năng lượng", "35"),
    ("Nước sạch", "36"), ("Môi trường", "38"), ("Khoáng sản", "08"), ("Xây dựng", "42"), ("Cơ điện lạnh", "43"),
    ("Xăng dầu", "46"), ("Khí hóa lỏng", "46"), ("Thương mại", "46"), ("Vật tư nông nghiệp", "46"), ("Siêu thị", "47"),
    ("Vận tải", "49"), ("Cảng", "52"), ("Kho vận", "52"), ("Kiểm định và thử nghiệm", "71"),
    ("Hiệu chuẩn thiết bị", "71"), ("Bệnh viện đa khoa", "86"), ("Phòng khám đa khoa", "86"),
)  # fmt: skip
COOPERATIVE_TRADES = (
    ("Nông nghiệp", "01"), ("Chè", "10"), ("Cà phê", "10"), ("Rau sạch", "01"), ("Lúa gạo", "10"), ("Cây ăn quả", "01"),
    ("Nuôi trồng thủy sản", "03"), ("Dược liệu", "01"), ("Vận tải", "49"), ("Nước sạch nông thôn", "36"),
    ("Gốm", "23"), ("Mây tre đan", "16"), ("Dịch vụ điện", "35"), ("Chăn nuôi", "01"), ("Mật ong", "10"),
)  # fmt: skip
HOUSEHOLD_TRADES = (
    ("vàng bạc", "47"), ("cửa hàng xăng dầu", "47"), ("tạp hóa", "47"), ("vật liệu xây dựng", "47"), ("gạo", "47"),
    ("thủy hải sản", "47"), ("thuốc tây", "47"), ("gas", "47"), ("cân điện tử", "47"), ("cơ khí nhỏ", "25"),
    ("chế biến nông sản", "10"), ("nhôm kính", "43"), ("bánh kẹo", "10"), ("kính mắt", "47"),
)  # fmt: skip
TRADES = {Ownership.COOPERATIVE: COOPERATIVE_TRADES, Ownership.HOUSEHOLD: HOUSEHOLD_TRADES}
FORMS = {
    Ownership.STATE: ("Công ty CP", "Công ty TNHH MTV", "Công ty CP", "Tổng công ty"),
    Ownership.PRIVATE: ("Công ty TNHH", "Công ty CP", "Công ty TNHH", "Công ty TNHH MTV", "Doanh nghiệp tư nhân"),
    Ownership.FOREIGN: ("Công ty TNHH", "Công ty TNHH", "Công ty CP"),
    Ownership.COOPERATIVE: ("Hợp tác xã",),
    Ownership.HOUSEHOLD: ("Hộ kinh doanh",),
}
FOREIGN_ENDS = ("Vina", "Việt Nam", "Quốc tế", "Châu Á")
STREETS = (
    "Trần Phú", "Lê Lợi", "Nguyễn Huệ", "Quang Trung", "Hùng Vương", "Lý Thường Kiệt", "Trần Hưng Đạo", "Hai Bà Trưng",
    "Nguyễn Trãi", "Ngô Quyền", "Lê Hồng Phong", "Phan Đình Phùng", "Nguyễn Du", "Điện Biên Phủ", "Lê Duẩn",
    "Phan Chu Trinh", "Đinh Tiên Hoàng", "Võ Thị Sáu",
)  # fmt: skip


def invent_identity(dice: Dice, ownership: Enterprise.Ownership, branch_in: str = "") -> tuple[str, str]:
    """A name and the division of the trade it speaks of; with `branch_in`, of a branch in that province."""
    trade, division = dice.pick(TRADES.get(ownership, COMPANY_TRADES))
    words = [dice.pick(FORMS[ownership]), trade, _own_name(dice)]
    if ownership == Ownership.FOREIGN and dice.chance(0.5):
        words.append(dice.pick(FOREIGN_ENDS))
    if branch_in:
        words.append(f"– Chi nhánh {branch_in}")
    return " ".join(words), division


def invent_address(dice: Dice, ownership: Enterprise.Ownership, province: str) -> str:
    if ownership not in TRADES and dice.chance(0.4):
        return f"Lô {dice.pick('ABCDEK')}{dice.number(1, 40)}, khu công nghiệp {_own_name(dice)}, {province}"
    return f"Số {dice.number(1, 480)}, đường {dice.pick(STREETS)}, {province}"


def _own_name(dice: Dice) -> str:
    while True:
        first, second = dice.pick(FIRST), dice.pick(SECOND)
        name = f"{first} {second}"
        if first != second and name not in REAL:
            return name
