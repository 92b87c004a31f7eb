"""The night when the machine is gone: a running centre is backed up, and another machine brings it back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from ioc.conf import embedded
from tests.e2e.conftest import photo
from tests.stack import ROOT, Stack, clean_environment, running

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(280)]


def _ioc(data: Path, *arguments: str, lang: str = "C") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ioc", "--data", str(data), *arguments], cwd=ROOT, text=True, capture_output=True,
        env=clean_environment() | {"LANG": lang, "LC_ALL": lang}, timeout=200, check=False,
    )  # fmt: skip


def _file(stack: Stack) -> str:
    """File a report with a photo and a name; the private link's path."""
    content = photo()["buffer"]
    sent = httpx.post(f"{stack.origin}/api/reports/media", files={"file": ("a.jpg", content, "image/jpeg")}, timeout=30)
    body = {
        "text": "Cột điện nghiêng sau bão, sát mái nhà dân", "category": "waste", "latitude": 21.3,
        "longitude": 106.15, "name": "Nguyễn Thị B", "phone": "0912345678", "media": [sent.json()["handle"]],
    }  # fmt: skip
    filed = httpx.post(f"{stack.origin}/api/reports", json=body, timeout=30)
    assert filed.status_code == 201, filed.text
    return f"/citizen/r/{filed.json()['token']}/"


def test_another_machine_brings_everything_back(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    to, keys_to, key = tmp_path / "backups", tmp_path / "keys", tmp_path / "ioc.key"
    with running() as old:
        old.fill()
        link = _file(old)
        public = _ioc(old.data, "backup", "keygen", str(key)).stdout.splitlines()[-1]
        made = _ioc(old.data, "backup", "create", "--to", str(to), "--keys-to", str(keys_to), "--key", public, "--json")
        assert made.returncode == 0, made.stderr
        facts = json.loads(made.stdout)
        trial = _ioc(old.data, "backup", "test", "--to", str(to), "--identity", str(key), "--json")
        assert json.loads(trial.stdout)["wrong"] == {}, trial.stderr
        assert old.sql("SELECT kind, problem FROM management_backuprun ORDER BY id") == [
            ("backup", ""), ("restore_test", ""),
        ]  # fmt: skip
        reporter = old.sql("SELECT name_sealed FROM onscene_reporter")[0][0]

    folder, sealed_keys = to / facts["name"], next(keys_to.iterdir())
    new = tmp_path / "new" / "data"
    back = _ioc(new, "restore", str(folder), "--identity", str(key), "--keys", str(sealed_keys), "--json")
    assert back.returncode == 0, back.stderr
    said = json.loads(back.stdout)
    assert said["wrong"] == {}
    assert said["rows"] == facts["rows"]
    again = _ioc(new, "restore", str(folder), "--identity", str(key), lang="vi_VN.UTF-8")
    assert again.returncode == 1
    assert "không trống" in again.stderr

    with running(new) as stack:
        page = httpx.get(stack.origin + link, timeout=30)
        assert "Cột điện nghiêng" in page.text
        thumb = httpx.get(f"{stack.origin}{link}thumb/", timeout=30)
        assert thumb.headers["content-type"] == "image/jpeg"
        assert bytes(stack.sql("SELECT name_sealed FROM onscene_reporter")[0][0]) == bytes(reporter)
        opened = stack.python(
            "import django; django.setup()\n"
            "from ioc.kernel.sealing import unseal\n"
            "from ioc.onscene.models import Reporter\n"
            "print(unseal(Reporter.objects.get().name_sealed))"
        )
        assert opened.strip() == "Nguyễn Thị B"


def test_a_backup_without_the_key_says_so(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    empty = tmp_path / "nothing.key"
    empty.write_text("# nothing\n")
    answer = _ioc(tmp_path / "data", "restore", str(tmp_path), "--identity", str(empty))
    assert answer.returncode == 1
    assert "no secret key" in answer.stderr
    embedded.stop(tmp_path / "data")


def test_a_server_that_is_gone_leaves_no_half_backup(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    with running() as stack:
        public = _ioc(stack.data, "backup", "keygen", str(tmp_path / "k")).stdout.splitlines()[-1]
        with psycopg.connect(stack.database_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE big AS SELECT repeat(md5(n::text), 40) FROM generate_series(1, 200000) n")
        command = [sys.executable, "-m", "ioc", "--data", str(stack.data), "backup", "create", "--to",
                   str(tmp_path / "backups"), "--key", public]  # fmt: skip
        running_backup = subprocess.Popen(command, cwd=ROOT, env=clean_environment())
        while not list((tmp_path / "backups").glob("*/.database*")):
            assert running_backup.poll() is None
        running_backup.kill()
        running_backup.wait()
        listed = _ioc(stack.data, "backup", "list", "--to", str(tmp_path / "backups"), "--json")
        assert json.loads(listed.stdout) == []
        whole = _ioc(stack.data, "backup", "create", "--to", str(tmp_path / "backups"), "--key", public)
        assert whole.returncode == 0, whole.stderr
