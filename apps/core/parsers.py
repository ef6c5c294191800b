"""What comes in as JSON is text that can be kept and said again."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class TextJSONParser(JSONParser):
    """Refuses `null`, which is nothing, and half of a surrogate pair: JSON can spell it, neither the database nor an
    answer can.
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = super().parse(stream, media_type, parser_context)
        if data is None:
            raise ParseError
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as wrong:
            raise ParseError from wrong
        return data
