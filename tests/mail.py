"""The postman of the tests: runs the mail jobs that wait and hands over what went out."""

from django.core import mail
from django.core.mail import EmailMessage

from apps.jobs.models import Job
from apps.jobs.services import run_job


def deliver() -> list[EmailMessage]:
    """Run every pending mail job, oldest first; return the mails that they sent."""
    before = len(mail.outbox)
    for job in Job.objects.filter(queue="mail", state=Job.State.PENDING).order_by("created_at"):
        state = run_job(job.pk)
        if state != Job.State.DONE:
            job.refresh_from_db()
            raise AssertionError(f"{job.payload}: {state}, {job.error}")
    return mail.outbox[before:]


def link_in(message: EmailMessage) -> str:
    """The one link of a mail, as a path for the test client."""
    [link] = [line for line in message.body.splitlines() if line.startswith("http")]
    return "/" + link.split("/", 3)[3]
