"""Tasks of the plan: what they are (plantask), who works with whom on what (parts), what is done (work), the steps of
their way (steps), of which due dates people were reminded (reminders), lists by which one decision approves many
(lists), and their money (money).
"""

from apps.tasks.models.lists import TaskList, TaskListEntry
from apps.tasks.models.money import BudgetLine
from apps.tasks.models.parts import Contribution, Participation, TaskRelation
from apps.tasks.models.plantask import PlanTask
from apps.tasks.models.reminders import Reminder
from apps.tasks.models.steps import Consultation, Extension, TaskStep
from apps.tasks.models.work import Milestone, MilestoneKind, TaskProgress

__all__ = [
    "BudgetLine",
    "Consultation",
    "Contribution",
    "Extension",
    "Milestone",
    "MilestoneKind",
    "Participation",
    "PlanTask",
    "Reminder",
    "TaskList",
    "TaskListEntry",
    "TaskProgress",
    "TaskRelation",
    "TaskStep",
]
