from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MAX_BYTES = 20 * 1024 * 1024


class LimitedUploadHandler(FileUploadHandler):
    """Counts file bytes as they come: DATA_UPLOAD_MAX_MEMORY_SIZE does not limit files."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > MAX_BYTES:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
