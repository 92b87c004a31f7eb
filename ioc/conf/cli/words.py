"""What commands say, in the language of the terminal (LANGUAGE, LC_ALL, LC_MESSAGES, LANG): Vietnamese or English.

Commands name their words when they are defined, before Django knows its settings, so this reads the same catalogue
on its own. Without a compiled catalogue everything is English. Click's own words come from there too.
"""

import gettext
from pathlib import Path
from typing import Final

_CATALOGUES: Final = Path(__file__).resolve().parents[2] / "locale"
LANGUAGE: Final = "vi" if gettext.find("django", localedir=_CATALOGUES) else "en"
_found = gettext.translation("django", localedir=_CATALOGUES, fallback=True)
_ = _found.gettext
ngettext = _found.ngettext
gettext.bindtextdomain("django", str(_CATALOGUES))
gettext.textdomain("django")

OF_CLICK: Final = (
    _("Usage:"),
    _("Options"),
    _("Commands"),
    _("Positional arguments"),
    _("Show this message and exit."),
    _("default: {default}"),
    _("env var: {var}"),
    _("required"),
    _("file"),
    _("directory"),
    _("path"),
    _("Aborted!"),
    _("Error: {message}"),
    _("Error: The two entered values do not match."),
    _("Repeat for confirmation"),
    _("Try '{command} {option}' for help."),
    _("Missing command."),
    _("Missing argument"),
    _("Missing option"),
    _("Missing parameter"),
    _("No such command {name!r}."),
    _("No such option {name!r}."),
    _("Option {name!r} does not take a value."),
    _("Invalid value: {message}"),
    _("Invalid value for {param_hint}: {message}"),
    _("{value!r} is not a valid {number_type}."),
    _("{value!r} is not a valid UUID."),
    _("{value} is not in the range {range}."),
    _("{name} {filename!r} does not exist."),
    _("{name} {filename!r} is a file."),
    _("{name} {filename!r} is a directory."),
    _("{name} {filename!r} is not readable."),
    _("{name} {filename!r} is not writable."),
    ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
    ngettext("{value!r} does not match the format {format}.", "{value!r} does not match the formats {formats}.", 1),
    ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1),
    ngettext("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1),
    ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
)
"""What Click says, in its own form; named here so that the catalogue has it."""
