"""Tables of a new database in a tenth of the time that Django takes for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState


@contextmanager
def each_model_by_itself() -> Iterator[None]:
    """Within it, what a migration does to a model makes that model anew, and not all that are related to it.

    Django makes anew about fifty models for each of several hundred steps, in case one of them asks for rows across a
    relation. In a database without rows only Python code of a migration asks, and for that Django makes all models
    anew where it is told that some are behind, which is done here. That the tables are those that Django's own way
    makes is held by tests/soak/test_new_base.py.
    """
    by_django = ProjectState.reload_model

    def reload_model(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" in self.__dict__:
            self.is_delayed = True
            self._reload({(app_label, model_name.lower())})  # type: ignore[attr-defined]

    ProjectState.reload_model = reload_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.reload_model = by_django  # type: ignore[method-assign]
