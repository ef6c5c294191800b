"""Whoever guesses addresses at the sign-in page learns nothing from a watch."""

from tests.accounts.timing import median_times

TRIES, ALLOWED = 200, 0.020


def test_known_and_unknown_addresses_take_the_same_time(portal, say, real_hash):
    """At the portal's own database; the pages are asked of this process, so that each try has an address of its own."""
    medians = median_times(TRIES, "soak")
    apart = abs(medians["known"] - medians["unknown"])
    say(
        f"sign-in: median of {TRIES} tries {medians['known'] * 1000:.1f} ms known, "
        f"{medians['unknown'] * 1000:.1f} ms unknown"
    )
    assert apart < ALLOWED, medians
