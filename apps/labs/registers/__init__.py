from apps.labs.registers.standards import STANDARDS

__all__ = ["STANDARDS"]
