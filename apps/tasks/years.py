"""The years that tasks and their money may be of, as the database holds them, and those of the plan."""

FIRST_YEAR, LAST_YEAR = 2018, 2035
OF_PLAN = range(2019, 2031)
NEWEST_FIRST = range(LAST_YEAR, FIRST_YEAR - 1, -1)
CHOICES = [(str(year), str(year)) for year in NEWEST_FIRST]
CHOICES_OF_PLAN = [(str(year), str(year)) for year in OF_PLAN]
