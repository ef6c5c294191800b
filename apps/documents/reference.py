from apps.core.reference import Changes, Facts, align
from apps.documents.models import LegalDocument


def load_documents(facts: Facts) -> Changes:
    return align(LegalDocument, ["number"], facts.fixture("10_documents", "documents.legaldocument"))
