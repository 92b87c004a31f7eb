"""Form fields that speak of areas, agencies and categories, and lists typed as lines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ioc.management.models import Area, AreaLevel, Category, Organization


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
        return f"{obj.parent.name} › {obj.name}" if obj.parent else str(obj.name)


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
