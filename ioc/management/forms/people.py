"""Forms for people, positions and roles, and for what is done to an account."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ioc.kernel.rights import RIGHTS
from ioc.management.forms.base import VALIDITY, DayInput, PlainForm, RecordForm, Section
from ioc.management.forms.fields import AreaField, OrganizationField
from ioc.management.models import Person, Position, Role

_PASSWORD_HINT = _("At least 12 characters. Tell it to the person in another way than by e-mail.")


class PersonForm(RecordForm):
    """Somebody with an account."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    sections = (
        Section(_("Who it is"), ("full_name", "phone", "email", "language")),
        Section(_("Signing in"), ("username", "password")),
    )
    labels = {"full_name": _("Full name"), "username": _("Login"), "language": _("Language")}
    hints = {
        "username": _("Letters, digits and . - _ @; the person signs in with it."),
        "email": _("Used for notices, and for signing in."),
    }

    class Meta:
        model = Person
        fields = ("full_name", "phone", "email", "language", "username")

    def clean_email(self) -> Any:
        """People sign in with the e-mail too, so it names one person only."""
        email = str(self.cleaned_data["email"]).strip().lower()
        others = Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise ValidationError(_("Somebody else has this e-mail."))
        return email


class NewPersonForm(PersonForm):
    """A new person, with the first password."""

    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False)
    labels = {**PersonForm.labels, "password": _("First password")}
    hints = {**PersonForm.hints, "password": _PASSWORD_HINT}

    def clean_password(self) -> Any:
        """The password that the rules for passwords accept."""
        given = {name: self.cleaned_data.get(name, "") for name in ("username", "full_name", "email")}
        validate_password(self.cleaned_data["password"], Person(**given))
        return self.cleaned_data["password"]


class RoleForm(RecordForm):
    """A named set of rights."""

    rights = forms.MultipleChoiceField(
        choices=[(code, text) for code, text in RIGHTS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    sections = (
        Section(_("What it is called"), ("name", "name_en", "code")),
        Section(
            _("What it lets somebody do"),
            ("rights",),
            _("A position with this role gives these rights over its agency and area, and what is below them."),
        ),
        Section(_("Safety"), ("requires_second_factor",)),
    )
    labels = {"rights": _("Rights"), "requires_second_factor": _("Asks for a second factor")}
    hints = {
        "requires_second_factor": _("Who holds it sets up an authenticator app before anything else."),
    }

    class Meta:
        model = Role
        fields = ("name", "name_en", "code", "rights", "requires_second_factor")


class PositionForm(RecordForm):
    """A person's role at an agency for a time."""

    person = forms.ModelChoiceField(Person.objects.order_by("full_name"))
    organization = OrganizationField(required=True)
    area = AreaField()
    sections = (
        Section(_("Who, where, as what"), ("person", "organization", "role", "title", "area")),
        VALIDITY,
    )
    hints = {
        "title": _("What it says on the door, e.g. Vice-chairman."),
        "area": _("Only when it differs from the agency's area."),
    }

    class Meta:
        model = Position
        fields = ("person", "organization", "role", "title", "area", "valid_from", "valid_to")
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.instance.person_id or self.initial.get("person")
        if given:  # added on somebody's page, or changed: the person is settled
            field = cast("forms.ModelChoiceField[Person]", self.fields["person"])
            field.queryset = Person.objects.filter(pk__in=_person_ids(given))
            field.empty_label = None


def _person_ids(value: object) -> list[UUID]:
    """The id in an address, none when it is spoilt."""
    try:
        return [UUID(str(value))]
    except ValueError:
        return []


class PasswordForm(PlainForm):
    """A new password for somebody."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ReasonForm(PlainForm):
    """Why something is done to an account."""

    reason = forms.CharField(label=_("Why"), help_text=_("Kept in the audit log."), max_length=300)


class TokenForm(PlainForm):
    """A key for a program."""

    name = forms.CharField(
        label=_("Which program is it for"), help_text=_("E.g. Hotline software of the city."), max_length=80
    )
