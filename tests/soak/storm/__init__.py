"""The storm: everybody does anything at random, and after every hundred steps all that must always hold is held.

`make soak` lets it blow for an hour; `STORM_MINUTES`, `STORM_SEED` and `STORM_STEPS` say otherwise. Pages and API are
asked in this process, whose clock and whose database's clock are moved together; jobs go through the true relay and
broker to workers that are this process or forks of it, some of which are killed before a statement that the dice chose.
So a seed is a storm: the same choices, kills and days, whatever the machine's load.
"""
