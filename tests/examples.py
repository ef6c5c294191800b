"""Of how many examples a property is tried: some on a commit, others each time; many more in `make soak`."""

from hypothesis import settings

ON_A_COMMIT, IN_THE_SOAK = 15, 250
settings.register_profile("commit", max_examples=ON_A_COMMIT)
settings.register_profile("soak", max_examples=IN_THE_SOAK)
settings.load_profile("commit")


def examples(on_a_commit: int) -> int:
    """Fewer where each costs the database's work, more where it costs next to nothing."""
    return on_a_commit * settings().max_examples // ON_A_COMMIT
