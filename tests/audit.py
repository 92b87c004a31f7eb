"""Known weaknesses of what we depend on, where the data on them can be reached."""

import subprocess
import sys

UNREACHABLE = (
    "ConnectionError",
    "ServiceError",
    "Max retries",
    "NameResolution",
    "Connection refused",
    "timed out",
    "403",
    "404",
)


def main() -> None:
    """Run pip-audit; a network without its data is said and passed over."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off", "--timeout", "15"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        print("pip-audit: no known weaknesses")
    elif any(sign in done.stderr for sign in UNREACHABLE) and "Found" not in done.stderr:
        print("pip-audit: skipped, its data cannot be reached from here")
    else:
        print(done.stdout, done.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
