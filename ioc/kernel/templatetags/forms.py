"""The hidden field that makes a form safe to send twice."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ioc.kernel.forms import KEY_FIELD
from ioc.kernel.ids import new_id

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """A fresh key for one sending of one form."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY_FIELD, new_id())
