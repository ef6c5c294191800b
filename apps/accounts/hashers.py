from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's table has it, and a flood of tries leaves memory."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
