"""What is said of tables that an earlier version made and this one cannot take over. Standard library only: the stack,
which runs before any setting is read, says it too.
"""

from pathlib import Path

OLD_TABLES = 96  # how `migrate` ends then, so that the stack knows why
_MADE_EARLIER = "do một phiên bản cũ của cổng tạo ra, phiên bản này không dùng tiếp được; chưa có gì bị sửa."
_ANEW = "dữ liệu minh họa được tạo lại từ đầu."


def old_folder(folder: Path) -> str:
    return (
        f"Thư mục dữ liệu {folder} {_MADE_EARLIER} "
        f"Hãy chọn thư mục khác: make run DATA=..., hoặc xóa thư mục đó; {_ANEW}"
    )


def old_database(name: str) -> str:
    return f"Cơ sở dữ liệu {name} {_MADE_EARLIER} Hãy chọn cơ sở dữ liệu khác hoặc tạo lại cơ sở dữ liệu đó; {_ANEW}"
