"""Examples of more than one call, as files that run: what the index shows is what the tests run."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent / "scripts"
SITE = "https://996.example.vn"  # of the files; pages show the portal's own
LANGUAGES = {".sh": "curl", ".py": "Python", ".R": "R"}
WORDS = {
    "read": "Đọc cả danh sách, và lần sau chỉ tải khi có thay đổi",
    "figures": "Số liệu của một mục tiêu trong một kỳ",
    "write": "Lập một nhiệm vụ, gửi lại an toàn, sửa mà không ghi đè",
}


@dataclass(frozen=True)
class Story:
    name: str
    words: str
    examples: dict[str, str]  # by language


@cache
def stories() -> list[Story]:
    return [Story(name, words, _examples(name)) for name, words in WORDS.items()]


def _examples(name: str) -> dict[str, str]:
    files = ((LANGUAGES[ending], FOLDER / f"{name}{ending}") for ending in LANGUAGES)
    found = {language: file.read_text(encoding="utf-8") for language, file in files if file.exists()}
    return {language: text.replace(SITE, settings.SITE_URL).rstrip() for language, text in found.items()}
