from apps.activities.models.awards import Award
from apps.activities.models.cooperation import Agreement, Exchange, InternationalMembership
from apps.activities.models.difficulties import Difficulty
from apps.activities.models.inspections import Inspection
from apps.activities.models.outreach import Communication, PublicEvent
from apps.activities.models.policies import HighTechProduct, Policy
from apps.activities.models.reviews import InfrastructureReview

__all__ = [
    "Agreement",
    "Award",
    "Communication",
    "Difficulty",
    "Exchange",
    "HighTechProduct",
    "InfrastructureReview",
    "Inspection",
    "InternationalMembership",
    "Policy",
    "PublicEvent",
]
