from apps.labs.counted.cmcs import CMCS
from apps.labs.counted.products import PRODUCTS
from apps.labs.counted.standards import STANDARDS

__all__ = ["CMCS", "PRODUCTS", "STANDARDS"]
