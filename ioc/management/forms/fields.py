"""Form fields that speak of areas, agencies and categories, and lists typed as lines."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ioc.kernel.clock import now
from ioc.management.models import Area, AreaLevel, Category, Organization, Person
from ioc.management.queries.regulations import article_choices


class AreaField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An area by name and code; ended ones say until when they stood."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        rows = Area.objects.defer("boundary").select_related("parent").defer("parent__boundary")
        super().__init__(rows.order_by("valid_to", "level", "name"), required=required, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Phường Ngô Quyền, Thành phố Bắc Giang · 07210"."""
        parent = f", {obj.parent.name}" if obj.parent and obj.parent.level != AreaLevel.PROVINCE else ""
        ended = f" (→ {obj.valid_to:%d/%m/%Y})" if obj.valid_to else ""
        return f"{obj.name}{parent} · {obj.code}{ended}"


class OrganizationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An agency by name."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(Organization.objects.order_by("name"), required=required, **kwargs)


class ArticleField(forms.ChoiceField):
    """An article of a regulation that is kept here and in force."""

    def __init__(self) -> None:
        super().__init__(
            choices=lambda: [("", _("none of those kept here")), *article_choices(at=now())],
            required=False,
        )


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person by login or e-mail, typed: a province has too many people to choose from a list."""

    widget = forms.TextInput
    default_error_messages = {"invalid_choice": _("Nobody here has this login or e-mail.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Person.objects.all(), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The person who is meant; an id is taken too."""
        if value in self.empty_values:
            return None
        named = Q(username__iexact=str(value).strip()) | Q(email__iexact=str(value).strip())
        found = self._offered().filter(named | Q(pk__in=_ids(value)))[:2]
        if len(found) != 1:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found[0]

    def _offered(self) -> QuerySet[Person]:
        """Those among whom the form looks, when it was narrowed to the people of who fills it in."""
        return Person.objects.all() if self.queryset is None else self.queryset

    def prepare_value(self, value: Any) -> Any:
        """The login of a person; what was typed stays as typed."""
        return value.username if isinstance(value, Person) else value


def _ids(value: object) -> list[UUID]:
    try:
        return [UUID(str(value))]
    except ValueError:
        return []


class OrganizationsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several agencies."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Organization.objects.order_by("name"), required=False, **kwargs)


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A category by its whole name."""

    def __init__(self, *, required: bool = False, tops_only: bool = False, **kwargs: Any) -> None:
        rows = Category.objects.select_related("parent").order_by("path")
        super().__init__(rows.filter(parent=None) if tops_only else rows, required=required, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Môi trường › Rác thải"."""
        return _category_name(obj)


def _category_name(category: Category) -> str:
    return f"{category.parent.label} › {category.label}" if category.parent else category.label


class CategoriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several categories by their whole names."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Category.objects.select_related("parent").order_by("path")
        super().__init__(rows, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """ "Môi trường › Rác thải"."""
        return _category_name(obj)


class ChoiceLinesField(forms.CharField):
    """The choices of a question, typed one a line as "key = name", kept as [{"key", "name"}]."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The kept list as lines; what was typed stays as typed."""
        if isinstance(value, list):
            return "\n".join(f"{one['key']} = {one['name']}" for one in value)
        return value

    def clean(self, value: Any) -> Any:
        """The lines as the list that is kept."""
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        return [self._choice(line) for line in lines]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the typed lines say something else than what is kept."""
        return bool(self.prepare_value(initial or []) != (data or ""))

    def _choice(self, line: str) -> dict[str, str]:
        key, mark, name = (part.strip() for part in line.partition("="))
        if not (key and mark and name):
            raise ValidationError(_("Write each choice as “key = name”: %(line)s"), params={"line": line})
        return {"key": key, "name": name}
