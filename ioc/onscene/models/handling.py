"""What is done about a report: deadlines, assignments, questions, extensions, outcomes, ratings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ioc.kernel.ids import new_id
from ioc.management.models import DeadlineRule, Organization, Person, Reason, Step
from ioc.onscene.models.reports import Report


class Deadline(models.Model):
    """A due instant with the rule that set it. One row a step and round; a met or dropped one keeps its row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="deadlines")
    step = models.CharField(max_length=10, choices=Step)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    extended = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "step"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True),
                name="deadline_one_open_a_step",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True),
                name="deadline_open",
            ),
            # For the leaders' figures: what fell due in a period.
            models.Index(
                fields=["due_at"],
                include=["met_at", "report"],
                condition=Q(step="handle", dropped_at__isnull=True),
                name="deadline_handle",
            ),
        ]


class AssignmentRole(models.TextChoices):
    """The part an agency has."""

    LEAD = "lead", _("lead")
    COOPERATING = "cooperating", _("cooperating")


class AssignmentState(models.TextChoices):
    """How far an agency is."""

    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Assignment(models.Model):
    """A report given to an agency. `organization_path` is copied so that lists filter without a join."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="assignments")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    organization_path = models.CharField(max_length=60)
    role = models.CharField(max_length=12, choices=AssignmentRole)
    state = models.CharField(max_length=10, choices=AssignmentState)
    note = models.TextField(blank=True)
    return_reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "organization"],
                condition=Q(state__in=["sent", "accepted"]),
                name="assignment_one_open_each",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(role="lead", state__in=["sent", "accepted", "done"]),
                name="assignment_one_lead",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-assigned_at"], name="assignment_inbox"),
            # For the agency's list of what is done: the latest first, without a sort.
            models.Index(
                fields=["organization", "-assigned_at", "id"],
                condition=Q(state__in=["sent", "accepted", "done"]),
                name="assignment_latest",
            ),
        ]


class Question(models.Model):
    """Something asked of the reporter; the clock stands still until the answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(answered_at__isnull=True), name="question_one_open")
        ]


class ExtensionState(models.TextChoices):
    """What became of a request for more time."""

    ASKED = "asked", _("asked")
    GRANTED = "granted", _("granted")
    DENIED = "denied", _("denied")


class Extension(models.Model):
    """More time for handling: `amount` in the unit of the deadline's rule."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="extensions")
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="extensions")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(state="asked"), name="extension_one_asked")
        ]


class OutcomeState(models.TextChoices):
    """How far an outcome is: the agency's head approves, the team edits and publishes."""

    SUBMITTED = "submitted", _("waiting for the agency's head")
    SENT_BACK = "sent_back", _("sent back")
    APPROVED = "approved", _("approved by the agency's head")
    PUBLISHED = "published", _("published")


class Outcome(models.Model):
    """What an agency says was done. `published_text` is the team's edit; the agency's own text stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="outcomes")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    text = models.TextField()
    published_text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=OutcomeState, default=OutcomeState.SUBMITTED)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["report", "-submitted_at"], name="outcome_report")]


class RatingValue(models.TextChoices):
    """The three answers that Vietnamese provinces use, so that figures compare."""

    SATISFIED = "satisfied", _("Satisfied")
    ACCEPTABLE = "acceptable", _("Acceptable")
    NOT_SATISFIED = "not_satisfied", _("Not satisfied")


class Rating(models.Model):
    """What the reporter thinks of the outcome, one a round."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=14, choices=RatingValue)
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "round"], name="rating_once_a_round")]
