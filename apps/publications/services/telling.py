"""Who is told of what happens to a book. Called by jobs, after the change: nobody waits for it."""

from django.db import transaction

from apps.accounts.models import User
from apps.notifications.services import notify, settle_done, told_facts
from apps.people.rights import holders_of
from apps.publications import moving
from apps.publications.models import ReportBook

TO_LEADER = "hand"
# In which states what was asked still waits; in the others it is done, by whomever.
WAITS = {
    "publications.hand": {moving.State.WITH_LEADER},
    "publications.send_back": {moving.State.DRAFT, moving.State.CHECKED},
}


@transaction.atomic
def tell_moved(book_id: int, verb: str, event: str, by_id: int) -> list[int]:
    """Whoever is to sign; of what the leader decided, whoever writes."""
    book = ReportBook.objects.without_facts().get(pk=book_id)
    by = User.objects.filter(pk=by_id).first()
    held = holders_of(moving.ISSUE if verb == TO_LEADER else moving.WRITE)
    people = held.of(book.unit_id) if book.unit_id else held.everywhere
    settle_done(book, book.state, WAITS)
    facts = told_facts(by)
    return notify(people, f"publications.{verb}", book, event=event, unit=book.unit_id or "", by=by, facts=facts)
