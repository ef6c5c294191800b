from apps.labs.registers.bodies import BODIES, LABS, REGISTRATIONS, SCOPE
from apps.labs.registers.criteria import ASSESSMENTS, CRITERIA, RESULTS
from apps.labs.registers.standards import STANDARDS

__all__ = ["ASSESSMENTS", "BODIES", "CRITERIA", "LABS", "REGISTRATIONS", "RESULTS", "SCOPE", "STANDARDS"]
