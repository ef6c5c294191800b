from apps.labs.counted.standards import STANDARDS

__all__ = ["STANDARDS"]
