"""Forms for people, positions and roles, and for what is done to an account."""

from datetime import date
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ioc.kernel.actors import Actor
from ioc.kernel.clock import local_date, now
from ioc.kernel.models import valid_on
from ioc.kernel.rights import FILE_BY_PROGRAM, READ_METRICS, RIGHTS
from ioc.management.forms.base import VALIDITY, DayInput, PlainForm, RecordForm, Section
from ioc.management.forms.fields import AreaField, CategoriesField, OrganizationField, PersonField
from ioc.management.models import Organization, Person, Position, Role
from ioc.management.queries.reach import givable_roles, manageable_organizations, manages_all, seen_people

_PASSWORD_HINT = _(
    "At least 15 characters, 12 with a second factor. Tell it to the person in another way than by e-mail. It opens"
    " for 7 days, and the person chooses another at the first sign-in."
)


class PersonForm(RecordForm):
    """Somebody with an account."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    sections: ClassVar[tuple[Section, ...]] = (
        Section(_("Who it is"), ("full_name", "phone", "email", "employee_code", "language")),
        Section(_("Signing in"), ("username", "password")),
    )
    labels = {
        "full_name": _("Full name"),
        "username": _("Login"),
        "language": _("Language"),
        "employee_code": _("Employee code"),
    }
    hints = {
        "username": _("Letters, digits and . - _ @; the person signs in with it."),
        "email": _("Used for notices, and for signing in."),
    }

    class Meta:
        model = Person
        fields = ("full_name", "phone", "email", "employee_code", "language", "username")

    def clean_email(self) -> Any:
        """People sign in with the e-mail too, so it names one person only."""
        email = str(self.cleaned_data["email"]).strip().lower()
        others = Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise ValidationError(_("Somebody else has this e-mail."))
        return email


class NewPersonForm(PersonForm):
    """A new person: who it is, where they work, how they sign in first: by invitation unless a password is given."""

    username = forms.CharField(max_length=150, required=False)
    organization = OrganizationField()
    role = forms.ModelChoiceField(Role.objects.none(), required=False)
    title = forms.CharField(max_length=100, required=False)
    valid_from = forms.DateField(widget=DayInput(), required=False)
    valid_to = forms.DateField(widget=DayInput(), required=False)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False, required=False
    )
    sections = (
        Section(_("Who it is"), ("full_name", "email", "phone", "employee_code", "language")),
        Section(
            _("Where they work"),
            ("organization", "role", "title", "valid_from", "valid_to"),
            _("What somebody may do comes from the role at the agency."),
        ),
        Section(
            _("Signing in"),
            ("username", "password"),
            _("Leave both empty: the login is made from the name, and the person gets a link to set the password."),
        ),
    )
    labels = {**PersonForm.labels, "password": _("First password")}
    hints = {**PersonForm.hints, "password": _PASSWORD_HINT, "title": _("What it says on the door.")}

    def narrow(self, actor: Actor) -> None:
        """Offer the agencies and roles that are the actor's to give; who manages a part only must say where."""
        _narrow_place(self, actor, day=local_date(now()))
        self.fields["organization"].required = self.fields["role"].required = not manages_all(actor)

    def clean_password(self) -> Any:
        """The password that the rules for passwords accept; empty for an invitation."""
        given = {name: self.cleaned_data.get(name, "") for name in ("username", "full_name", "email")}
        if self.cleaned_data["password"]:
            validate_password(self.cleaned_data["password"], Person(**given))
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        """A role is held somewhere, and who gets no password can be reached."""
        cleaned = super().clean()
        for name, other in (("role", "organization"), ("organization", "role")):
            if cleaned.get(other) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Say both: the agency and the role."))
        if not (cleaned.get("password") or cleaned.get("email") or cleaned.get("phone")) and not self.errors:
            self.add_error("email", _("Give an e-mail or a phone for the invitation, or a first password."))
        return cleaned


class PositionForm(RecordForm):
    """A person's role at an agency for a time."""

    person = PersonField()
    organization = OrganizationField(required=True)
    area = AreaField()
    categories = CategoriesField()
    sections = (
        Section(_("Who, where, as what"), ("person", "organization", "role", "title")),
        Section(
            _("How far it reaches"),
            ("area", "categories"),
            _("Leave both empty: all of the agency's area, and everything."),
        ),
        VALIDITY,
    )
    hints = {
        "title": _("What it says on the door, e.g. Vice-chairman."),
        "area": _("Only when it differs from the agency's area."),
        "categories": _("With those below them. Only matters of these are seen and handled."),
    }
    labels = {"categories": _("Categories")}

    class Meta:
        model = Position
        fields = ("person", "organization", "role", "title", "area", "categories", "valid_from", "valid_to")
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.instance.person_id or self.initial.get("person")
        if given:  # added on somebody's page, or changed: the person is settled
            settled = forms.ModelChoiceField(Person.objects.filter(pk__in=_person_ids(given)), empty_label=None)
            settled.label, settled.widget.attrs["class"] = self.fields["person"].label, "select w-full"
            self.fields["person"] = settled

    def narrow(self, actor: Actor) -> None:
        """Offer the people, agencies and roles that are the actor's."""
        person = cast("forms.ModelChoiceField[Person]", self.fields["person"])
        person.queryset = seen_people(Person.objects.all() if person.queryset is None else person.queryset, actor)
        _narrow_place(self, actor, day=local_date(now()), role=self.instance.role_id)


def _narrow_place(form: forms.BaseForm, actor: Actor, *, day: date, role: int | None = None) -> None:
    """Offer the agencies of the day and the roles that the actor may give, and the `role` that is held."""
    organizations = cast("forms.ModelChoiceField[Organization]", form.fields["organization"])
    organizations.queryset = manageable_organizations(actor=actor).filter(valid_on(day)).order_by("name")
    roles = cast("forms.ModelChoiceField[Role]", form.fields["role"])
    roles.queryset = (givable_roles(actor=actor) | Role.objects.filter(pk__in=[role])).order_by("name")


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
    right = forms.ChoiceField(
        label=_("What may it do"), choices=[(right, RIGHTS[right]) for right in (FILE_BY_PROGRAM, READ_METRICS)]
    )


class LeaveForm(PlainForm):
    """When somebody is away, and who stands in."""

    first_day = forms.DateField(label=_("First day away"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day away"), widget=DayInput())
    deputy = PersonField(
        label=_("Deputy"),
        help_text=_("Login or e-mail of who acts for them in these days."),
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class OwnDetailsForm(PlainForm):
    """What people change of their own. Names are changed by administrators: the log goes by them."""

    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of what is sent to you."), choices=settings.LANGUAGES
    )


class JoinForm(PlainForm):
    """The first password, chosen by the person."""

    password = forms.CharField(
        label=_("Your password"),
        help_text=_("At least 15 characters. A sentence that only you know is easy to keep in mind and hard to guess."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same: nobody locks themselves out by a slip."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


class PeopleFileForm(PlainForm):
    """A file of people."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv", "class": "file-input w-full"}),
    )


class HandOverForm(PlainForm):
    """Who takes over what somebody has open."""

    successor = PersonField(label=_("Who takes over"), help_text=_("Login or e-mail."))
    reason = forms.CharField(label=_("Why"), help_text=_("Kept in the audit log."), max_length=300)
