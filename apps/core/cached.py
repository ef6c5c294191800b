"""What goes into the cache, as JSON: whoever gets at the cache can change what it says, and run nothing here.

Django's own serializer would read objects out of bytes, and with them any code that somebody wrote there.
"""

import json
from typing import Any


class JSONSerializer:
    """Numbers as they are: the server counts with them itself."""

    def dumps(self, value: Any) -> int | bytes:
        return value if type(value) is int else json.dumps(value, ensure_ascii=False).encode()

    def loads(self, kept: bytes) -> Any:
        return json.loads(kept)
