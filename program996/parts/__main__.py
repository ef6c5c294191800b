"""python -m program996.parts list              writes docs/parts anew
python -m program996.parts audit FOLDER [--days N]   known holes of a folder of OSV files; exits 1 where there is one,
                                                     2 where the folder has none at all, or only old ones
"""

import argparse
import json
import sys
import time
from pathlib import Path

from program996.parts import advisories, bill
from program996.parts.locks import HERE, all_parts

DAY = 86_400


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="program996.parts")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    audit = verbs.add_parser("audit")
    audit.add_argument("folder", type=Path)
    audit.add_argument("--days", type=int, default=30, help="so old may the newest file be")
    told = parser.parse_args(arguments)
    return write() if told.verb == "list" else look(told.folder, told.days)


def write(root: Path = HERE) -> int:
    file = root / bill.BILL
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    told = bill.keep_known(bill.bill(root), kept)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(bill.written(told), encoding="utf-8")
    (root / bill.LIST).write_text(bill.as_list(told), encoding="utf-8")
    return 0


def look(folder: Path, days: int) -> int:
    files = [path for path in folder.rglob("*") if path.suffix in (".json", ".zip")]
    newest = max((path.stat().st_mtime for path in files), default=0.0)
    if not files or newest < time.time() - days * DAY:
        say(f"Thư mục {folder} không có danh mục lỗ hổng nào mới hơn {days} ngày: chưa kiểm tra được gì.")
        return 2
    parts = all_parts()
    found = advisories.holes(parts, advisories.known(folder))
    for one in found:
        where = "chạy trên máy chủ" if one.part.is_shipped else "chỉ dùng khi dựng và thử"
        fixed = ", ".join(one.fixed) or "chưa có bản sửa"
        say(f"{one.part.name} {one.part.version} ({where}): {one.id} {one.summary} | bản sửa: {fixed}")
    say(f"Đã đối chiếu {len(parts)} thành phần: {len(found)} lỗ hổng đã biết.")
    return 1 if found else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
