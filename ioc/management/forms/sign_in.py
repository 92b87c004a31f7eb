"""Forms for how people sign in."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from ioc.management.forms.base import PlainForm, RecordForm, Section
from ioc.management.models import IdentityProvider


class PolicyForm(PlainForm):
    """How long sessions last."""

    idle_minutes = forms.IntegerField(
        label=_("Minutes without activity"),
        help_text=_("Then the person signs in again. 60 or less is what NIST SP 800-63B-4 advises."),
        min_value=5,
        max_value=480,
    )
    absolute_hours = forms.IntegerField(
        label=_("Hours in any case"),
        help_text=_("Also for who is active: a shift, a working day. At most 24."),
        min_value=1,
        max_value=24,
    )


class ProviderForm(RecordForm):
    """A provider of identity."""

    issuer = forms.URLField(max_length=300, assume_scheme="https")
    secret = forms.CharField(
        required=False, strip=True, max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    second_factor_values = SimpleArrayField(forms.CharField(max_length=120), required=False)
    register_domains = SimpleArrayField(forms.CharField(max_length=100), required=False)
    sections = (
        Section(_("The provider"), ("name", "code", "issuer", "client_id", "secret", "scopes")),
        Section(
            _("Who the person is"), ("match_by", "claim", "trusts_contact", "register_domains"),
            _("Who comes for the first time is compared with the people here; after that the link counts."),
        ),
        Section(_("Second factor"), ("trusts_second_factor", "second_factor_values")),
        Section(_("In use"), ("is_on", "position")),
    )  # fmt: skip
    labels = {
        "issuer": _("Issuer"),
        "client_id": _("Client's name (client id)"),
        "secret": _("Client's secret"),
        "scopes": _("Scopes"),
        "match_by": _("Recognized by"),
        "claim": _("Claim that tells it"),
        "trusts_contact": _("The provider checks e-mail addresses and phone numbers itself"),
        "register_domains": _("New accounts for these e-mail domains"),
        "trusts_second_factor": _("A second factor at the provider counts here"),
        "second_factor_values": _("Values of acr or amr that mean a second factor"),
        "is_on": _("People may sign in with it"),
    }
    hints = {
        "name": _("As it stands on the button, e.g. VNeID."),
        "code": _("Part of the address that the provider sends people back to. It cannot be changed later."),
        "issuer": _("The address by which the provider calls itself, beginning with https://."),
        "secret": _("Kept sealed and never shown. Leave it empty to keep the present one."),
        "claim": _("E.g. email, phone_number, employee_number."),
        "trusts_contact": _("Tick only when nobody can enter somebody else's there."),
        "register_domains": _("With commas between them. Empty: only people who have an account get in."),
        "second_factor_values": _("Empty: “mfa”, or something one has together with something one knows (RFC 8176)."),
    }

    class Meta:
        model = IdentityProvider
        fields = (
            "name", "code", "issuer", "client_id", "scopes", "match_by", "claim", "trusts_contact", "register_domains",
            "trusts_second_factor", "second_factor_values", "is_on", "position",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True

    def given_secret(self) -> str:
        """The secret that was typed; empty when none was."""
        return str(self.cleaned_data.get("secret", ""))


class LinkForm(PlainForm):
    """Which subject at which provider somebody is."""

    provider = forms.ModelChoiceField(IdentityProvider.objects.order_by("position", "name"), label=_("Provider"))
    subject = forms.CharField(
        label=_("Identifier there"), help_text=_("What the provider sends as “sub”."), max_length=190
    )
