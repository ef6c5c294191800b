"""In the order in which the menu has them."""

from apps.labs.registers.standards import STANDARDS  # isort: skip
from apps.labs.registers.planned import PLANNED  # isort: skip
from apps.labs.registers.comparisons import COMPARISONS  # isort: skip
from apps.labs.registers.cmcs import CMCS, STATUSES  # isort: skip
from apps.labs.registers.products import PRODUCTS  # isort: skip

__all__ = ["CMCS", "COMPARISONS", "PLANNED", "PRODUCTS", "STANDARDS", "STATUSES"]
