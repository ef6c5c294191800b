from tests.tasks.conftest import cuc, decided, people, so  # noqa: F401 - the people of tasks
