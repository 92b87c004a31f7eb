"""The lists that screens and programs choose from, without the tables behind them."""

from ioc.management.models import KindCode, Urgency
from ioc.onscene.models import Channel, RatingValue

__all__ = ["Channel", "KindCode", "RatingValue", "Urgency"]
