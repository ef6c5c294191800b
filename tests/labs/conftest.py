from tests.registers.conftest import undo, upload, write

__all__ = ["undo", "upload", "write"]
