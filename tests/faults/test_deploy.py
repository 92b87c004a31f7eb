"""What a real server is given says the same as what `ioc run` does here."""

import configparser
import re
import shlex
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from ioc.conf.running.layout import UPLOAD_LIMIT, Layout
from tests.stack import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.fixture
def processes(tmp_path: Path):
    """The processes of `ioc run`, by name."""
    layout = Layout(data=tmp_path, host="127.0.0.1", port=1, database_url="postgresql:///x", origin="http://x")
    return {process.name: process for process in layout.processes(workers=2, threads=4)}


def test_the_procfile_lists_the_processes(processes):
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert set(lines) == set(processes)
    for name in ("web", "live"):
        assert shlex.split(lines[name])[-1] == processes[name].command[-1]
    assert lines["worker"].split()[-1] == processes["worker"].command[-1]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_start_what_is_there_and_restart_it(unit: Path):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(unit)
    service = parser["Service"]
    assert service["User"] == "ioc"
    for module in re.findall(r"ioc\.conf\.(?:wsgi|worker)", service["ExecStart"]):
        assert import_module(module)
    if unit.stem != "ioc-prepare":
        assert service["Restart"] == "always"
        assert service["NoNewPrivileges"] == "yes"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_units():
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, UNITS)], capture_output=True, text=True, check=False
    )
    wrong = [line for line in done.stderr.splitlines() if "Unknown" in line or "Failed to parse" in line]
    assert wrong == []


def test_nginx_takes_what_the_product_takes_and_passes_events_on_at_once():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    assert f"client_max_body_size {UPLOAD_LIMIT.lower().removesuffix('b')};" in text
    live = text[text.index("location = /live") : text.index("location / ")]
    assert "proxy_buffering off" in live
    assert "X-Forwarded-For $remote_addr" in text


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine")
def test_nginx_understands_its_configuration(tmp_path: Path):
    site = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 443 ssl;", "listen 443;")
    site = re.sub(r"ssl_certificate.*", "", site).replace("http2 on;", "")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{site}\n}}")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
