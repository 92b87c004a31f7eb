"""The libraries of this installation as a bill of materials: CycloneDX 1.6 in JSON."""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PRODUCT: Final = "ioc"
SCRIPTS: Final = Path(__file__).resolve().parents[2] / "web" / "package-lock.json"
_FOLDER: Final = "node_modules/"
_BUILDING: Final = [{"name": "cdx:npm:package:development", "value": "true"}]
"""How CycloneDX's own tool marks what builds the scripts; parts of its styles and icons go out with them."""


def bill(*, at: datetime, scripts: Path = SCRIPTS) -> dict[str, Any]:
    """What this installation is made of: Python's libraries as installed, the scripts' as locked in `scripts`.

    Raises:
        FileNotFoundError: the list of the scripts' libraries is not there.
    """
    found = _installed()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": at.isoformat(timespec="seconds"),
            "component": {**_python(found[PRODUCT][0]), "type": "application"},
        },
        "components": [
            *(_python(found[name][0]) for name in sorted(found) if name != PRODUCT),
            *_of_scripts(json.loads(scripts.read_text(encoding="utf-8"))["packages"]),
        ],
        "dependencies": [
            {"ref": _purl(found[name][0]), "dependsOn": sorted(_purl(found[one][0]) for one in found[name][1])}
            for name in sorted(found)
        ],
    }


def _installed() -> dict[str, tuple[Distribution, set[str]]]:
    """The product and what it needs, and what that needs: name → package, names of what it needs here."""
    found: dict[str, tuple[Distribution, set[str]]] = {}
    asked = {PRODUCT: {""}}
    waiting = [PRODUCT]
    while waiting:
        name = waiting.pop()
        package = distribution(name)
        needed: set[str] = set()
        for requirement in _needed(package, asked[name]):
            other = canonicalize_name(requirement.name)
            needed.add(other)
            extras = asked.get(other, set()) | {"", *requirement.extras}
            if asked.get(other) != extras:
                asked[other] = extras
                waiting.append(other)
        found[name] = (package, needed)
    return found


def _needed(package: Distribution, extras: set[str]) -> Iterator[Requirement]:
    """What a package needs on this machine, with the extras that are asked for; what is not there is left out."""
    for text in package.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if (marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)) and _is_there(requirement):
            yield requirement


def _is_there(requirement: Requirement) -> bool:
    try:
        distribution(requirement.name)
    except PackageNotFoundError:
        return False
    return True


def _python(package: Distribution) -> dict[str, Any]:
    told = package.metadata
    named = told.get_all("License-Expression")
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": canonicalize_name(told["Name"]),
        "version": package.version,
        "purl": _purl(package),
        **({"licenses": [{"expression": named[0]}]} if named else {}),
    }


def _purl(package: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(package.metadata['Name'])}@{quote(package.version)}"


def _of_scripts(packages: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each library once, wherever it lies."""
    listed = set()
    for place, facts in packages.items():
        name = facts.get("name") or place.rpartition(_FOLDER)[2]
        purl = f"pkg:npm/{quote(name)}@{quote(facts.get('version', ''))}"
        if _FOLDER in place and purl not in listed:
            listed.add(purl)
            yield _script(name, purl, facts)


def _script(name: str, purl: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": facts["version"],
        "purl": purl,
        **({"hashes": [_hash(facts["integrity"])]} if "integrity" in facts else {}),
        **({"licenses": [{"expression": facts["license"]}]} if "license" in facts else {}),
        **({"properties": _BUILDING} if facts.get("dev") else {}),
    }


def _hash(integrity: str) -> dict[str, str]:
    """An integrity of npm ("sha512-" and base64) as CycloneDX has it ("SHA-512" and hexadecimal)."""
    kind, _, content = integrity.partition("-")
    return {"alg": f"SHA-{kind.removeprefix('sha')}", "content": base64.b64decode(content).hex()}
