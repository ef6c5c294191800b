from tests.tasks.conftest import cuc, people, so  # noqa: F401 - fixtures
