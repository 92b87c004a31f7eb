"""States, urgencies and kinds in words, for templates."""

from django import template

from ioc.management.models import KindCode, Urgency
from ioc.onscene.models import Channel, RatingValue
from ioc.onscene.rules.words import STATES
from ioc.onscene.rules.workflow import State

register = template.Library()


@register.filter
def state_name(state: str) -> str:
    """A state in words."""
    return str(STATES[State(state)])


@register.filter
def urgency_name(urgency: str) -> str:
    """An urgency in words."""
    return str(Urgency(urgency).label)


@register.filter
def kind_name(kind: str) -> str:
    """A kind in words."""
    return str(KindCode(kind).label)


@register.filter
def channel_name(channel: str) -> str:
    """A channel in words."""
    return str(Channel(channel).label)


@register.filter
def rating_name(rating: str) -> str:
    """A rating in words."""
    return str(RatingValue(rating).label)
