"""Tax codes in the right form that nobody holds.

A code that satisfies the check digit could be a real company's. The tax offices count upwards and are far from nine
million in every prefix; identity numbers begin with the number of a province, and there is none above 096.
"""

from apps.enterprises.tax_codes import WEIGHTS

FIRST_FREE, ROOM = 9_000_000, 1_000_000
SPREAD = 7919  # prime to ROOM: every serial once, neighbours far apart
NO_PROVINCE = "099"


class TaxCodes:
    """Hands out each code once."""

    def __init__(self) -> None:
        self.used: dict[str, int] = {}

    def company(self, prefix: str) -> str:
        while True:
            code = prefix + str(FIRST_FREE + self._next(prefix) * SPREAD % ROOM)
            remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, code, strict=True)) % 11
            if remainder:  # 0 would ask for the digit «10»: such codes are never issued
                return f"{code}{(10 - remainder) % 10}"

    def branch(self, prefix: str) -> str:
        return f"{self.company(prefix)}-{1 + self.used[prefix] % 20:03d}"

    def household(self) -> str:
        return f"{NO_PROVINCE}{self._next(NO_PROVINCE) * SPREAD % 1_000_000_000:09d}"

    def _next(self, prefix: str) -> int:
        self.used[prefix] = self.used.get(prefix, -1) + 1
        return self.used[prefix]
