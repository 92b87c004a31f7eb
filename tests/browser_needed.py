"""Chromium for the browser tests: from the machine, else from Debian's packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Where Chromium is, if anywhere."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> None:
    """Install Chromium when it is missing and that can be done, else say how."""
    if chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests…", flush=True)
        log = Path(os.environ.get("TMPDIR", "/tmp")) / "ioc-chromium.log"
        with log.open("w") as output:
            for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
                environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
                subprocess.run(command, stdout=output, stderr=output, env=environment, check=False)
        if chromium():
            return
        print(f"Chromium could not be installed; see {log}.", file=sys.stderr)
    print(
        "The browser tests need Chromium: install it (Debian: apt install chromium) or set CHROMIUM=/path.",
        file=sys.stderr,
    )
    sys.exit(1)


if __name__ == "__main__":
    main()
