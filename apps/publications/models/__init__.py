from apps.publications.models.books import OutlineSection, ReportBook
from apps.publications.models.sections import Section, SectionText

__all__ = ["OutlineSection", "ReportBook", "Section", "SectionText"]
