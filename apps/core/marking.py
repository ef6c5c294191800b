"""Names and texts of people stay as written: an English page says of each that it is Vietnamese, so that what reads
aloud says it right. Only Vietnamese has these letters, so that nobody has to say it field by field.
"""

import re

VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<([a-zA-Z][\w-]*)")
NOT_READ = ("script", "style")
TEXT_ONLY = ("option", "title", "textarea")  # nothing may stand around a part of their text


def mark_vietnamese(page: str) -> str:
    """The page with lang="vi" at every text in which Vietnamese letters stand."""
    parts = _TAG.split(page)  # text, tag, text, tag, …, text
    in_drawing = 0
    for place in range(2, len(parts), 2):
        tag, text = parts[place - 1], parts[place]
        in_drawing += tag.startswith("<svg") - tag.startswith("</svg")
        if not VIETNAMESE.search(text):
            continue
        opened = _NAME.match(tag)
        name = opened[1] if opened else ""
        if name in NOT_READ or " lang=" in tag:
            continue
        after = parts[place + 1] if place + 1 < len(parts) else ""
        if opened and (name in TEXT_ONLY or after.startswith(f"</{name}")):
            parts[place - 1] = f'{tag[:-1]} lang="vi">'
        elif not in_drawing:
            parts[place] = f'<bdi lang="vi">{text}</bdi>'
    return "".join(parts)
