"""Looking through a filing before it is sent, so that a form can say everything that is wrong at once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from ioc.kernel.errors import Invalid, Text
from ioc.management.queries import loading
from ioc.onscene.actions.filing import Filing, asked_of, find_place, require_open
from ioc.onscene.rules.filing import check_filing, clean_contact


def problems_of(filing: Filing, *, at: datetime, needs_contact: bool = True) -> dict[str, Text]:
    """What is wrong with each field of `filing`; empty when it can be filed. Writes nothing, no statement.

    `file_report` checks the same and stops at the first kind of mistake: it serves programs too.
    """
    reference = loading.current()
    category = reference.categories_by_code.get(filing.category)
    wrong: dict[str, Text] = {}
    if category is None:
        wrong["category"] = _("Please choose what it is about.")
    try:
        check_filing(
            text=filing.text,
            place_text=filing.place_text,
            contact=clean_contact(name=filing.name, phone=filing.phone, email=filing.email),
            needs_contact=needs_contact,
            files=len(filing.media),
            answers=filing.answers,
            questions=asked_of(category),
        )
    except Invalid as error:
        wrong |= error.fields
    try:
        require_open(filing, find_place(reference, filing, at=at), at=at)
    except Invalid as error:
        wrong |= error.fields
    return wrong
