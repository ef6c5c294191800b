"""How often a history is tried. Each costs the database's work, and is short enough to be read as it is: one that fails
is not made smaller, which takes minutes.
"""

from hypothesis import HealthCheck, Phase, settings

from tests.examples import examples


def tried(on_a_commit: int) -> settings:
    return settings(
        max_examples=examples(on_a_commit), phases=[Phase.explicit, Phase.reuse, Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
