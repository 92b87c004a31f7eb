"""Boundaries from a file: send it, look at what it changes, apply it, undo it."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ioc.kernel.clock import local_date, now
from ioc.kernel.forms import act, fill_in
from ioc.kernel.guards import staff
from ioc.kernel.http import Request
from ioc.kernel.rights import MANAGE
from ioc.management.actions.boundaries import (
    apply_boundaries,
    discard_boundaries,
    read_boundaries,
    restore_boundaries,
)
from ioc.management.forms.areas import BoundaryFileForm
from ioc.management.models import BoundaryImport
from ioc.management.queries.boundaries import boundary_import, import_map, imports
from ioc.management.rules.boundary_matching import Why
from ioc.management.stepup import step_up

WHY: Final = {
    Why.NO_OUTLINE: _("It has no outline."),
    Why.UNKNOWN: _("No unit of the map has this code or name."),
    Why.AMBIGUOUS: _("Several units are called so; the code is missing."),
}
CLASSES: Final = {"changed": 0, "new": 2, "same": 9}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(MANAGE)
def files(request: Request) -> HttpResponse:
    """The files so far, and the form that sends another."""
    form = BoundaryFileForm(initial={"day": local_date(now())})
    if request.method == "POST":
        form = BoundaryFileForm(request.POST, request.FILES)
        made = _read(request, form)
        if made is not None:
            return HttpResponseRedirect(reverse("manage_boundary_file", args=[made.pk]))
    context = {"form": form, "files": imports(actor=request.actor)}
    return render(request, "management/boundary_files.html", context, status=422 if form.errors else 200)


def _read(request: Request, form: BoundaryFileForm) -> BoundaryImport | None:
    """The file as kept for looking at; None with the reasons in the form."""
    made: list[BoundaryImport] = []

    def do() -> None:
        given = form.cleaned_data
        made.append(
            read_boundaries(
                content=given["file"].read(), file_name=given["file"].name, day=given["day"], level=given["level"],
                system=given["system"], source=given["source"], actor=request.actor, at=now(),
            )
        )  # fmt: skip

    if fill_in(request, form, do=do):
        return None
    # Sent twice: the first sending made it.
    return made[0] if made else BoundaryImport.objects.filter(by_id=request.actor.person_id).latest("read_at")


@require_safe
@staff(MANAGE)
def file(request: Request, import_id: int) -> HttpResponse:
    """What one file changes, as a table and a map, with what was found wrong with it."""
    found = boundary_import(import_id=import_id, actor=request.actor)
    told = found.file.findings
    context = {
        "found": found,
        "told": told,
        "unmatched": [(row, label, WHY[Why(why)]) for row, label, why in told.get("unmatched", ())],
        "classes": CLASSES,
    }
    return render(request, "management/boundary_file.html", context)


@require_safe
@staff(MANAGE)
def outlines(request: Request, import_id: int) -> HttpResponse:
    """The file's outlines for the map."""
    return JsonResponse(import_map(import_id=import_id, actor=request.actor))


@require_POST
@staff(MANAGE)
@step_up
def apply(request: Request, import_id: int) -> HttpResponse:
    """Put the file's boundaries on the map."""
    return act(
        request,
        do=lambda: apply_boundaries(import_id=import_id, actor=request.actor, at=now()),
        back=reverse("manage_boundary_file", args=[import_id]),
        done=_("The boundaries are on every map now. You can undo this here."),
    )


@require_POST
@staff(MANAGE)
@step_up
def restore(request: Request, import_id: int) -> HttpResponse:
    """Give the units their earlier boundaries back."""
    return act(
        request,
        do=lambda: restore_boundaries(import_id=import_id, actor=request.actor, at=now()),
        back=reverse("manage_boundary_file", args=[import_id]),
        done=_("The boundaries from before this file are back."),
    )


@require_POST
@staff(MANAGE)
def discard(request: Request, import_id: int) -> HttpResponse:
    """Throw a file away that was only looked at."""
    return act(
        request,
        do=lambda: discard_boundaries(import_id=import_id, actor=request.actor),
        back=reverse("manage_boundary_files"),
        failed=reverse("manage_boundary_files"),
        done=_("The file was thrown away; no boundary has changed."),
    )
