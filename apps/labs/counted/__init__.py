from apps.labs.counted.cmcs import CMCS
from apps.labs.counted.laboratories import BODIES, LABORATORIES
from apps.labs.counted.products import PRODUCTS
from apps.labs.counted.standards import STANDARDS

__all__ = ["BODIES", "CMCS", "LABORATORIES", "PRODUCTS", "STANDARDS"]
