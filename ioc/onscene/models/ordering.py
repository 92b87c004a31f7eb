"""The order of the operating team's queue as expressions that indexes and queries share, letter by letter."""

from django.db.models import BooleanField, DateTimeField, F, Func

CALM = Func(F("urgency"), template="(%(expressions)s <> 'urgent')", output_field=BooleanField())
"""False for urgent reports, so that they come first."""

DUE = Func(F("due_at"), template="COALESCE(%(expressions)s, 'infinity'::timestamptz)", output_field=DateTimeField())
"""The deadline that counts now; reports without one come last."""
