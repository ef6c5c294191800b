from apps.enterprises.models.evaluations import ProgrammeEvaluation
from apps.enterprises.models.ministries import ManagingMinistry
from apps.enterprises.models.priorities import PrioritySector
from apps.enterprises.models.programmes import (
    AssuranceProgramme,
    Enterprise,
    EnterprisePlace,
    EnterpriseQuerySet,
    Industry,
    ProgrammeEvent,
    ProgrammeEventQuerySet,
)
from apps.enterprises.models.support import SupportActivity

__all__ = [
    "AssuranceProgramme",
    "Enterprise",
    "EnterprisePlace",
    "EnterpriseQuerySet",
    "Industry",
    "ManagingMinistry",
    "PrioritySector",
    "ProgrammeEvaluation",
    "ProgrammeEvent",
    "ProgrammeEventQuerySet",
    "SupportActivity",
]
