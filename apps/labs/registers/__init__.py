"""In the order in which the menu has them."""

from apps.labs.registers.standards import STANDARDS  # isort: skip
from apps.labs.registers.planned import PLANNED  # isort: skip
from apps.labs.registers.comparisons import COMPARISONS  # isort: skip
from apps.labs.registers.cmcs import CMCS, STATUSES  # isort: skip
from apps.labs.registers.products import PRODUCTS  # isort: skip
from apps.labs.registers.bodies import BODIES, LABS, REGISTRATIONS, SCOPE  # isort: skip
from apps.labs.registers.criteria import ASSESSMENTS, CRITERIA, RESULTS  # isort: skip

__all__ = [
    "ASSESSMENTS",
    "BODIES",
    "CMCS",
    "COMPARISONS",
    "CRITERIA",
    "LABS",
    "PLANNED",
    "PRODUCTS",
    "REGISTRATIONS",
    "RESULTS",
    "SCOPE",
    "STANDARDS",
    "STATUSES",
]
