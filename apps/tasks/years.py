"""The years that tasks and their money may be of, as the database holds them; those of the plan: standing.py."""

FIRST_YEAR, LAST_YEAR = 2018, 2035
NEWEST_FIRST = range(LAST_YEAR, FIRST_YEAR - 1, -1)
CHOICES = [(str(year), str(year)) for year in NEWEST_FIRST]
