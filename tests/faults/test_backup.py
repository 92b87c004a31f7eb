"""A back-up of a real database and real files, and what can go wrong with one."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import make_conninfo

from ioc.kernel.backup import database, keeping, making, restoring, sealed
from ioc.kernel.backup.keeping import Keep
from ioc.kernel.backup.making import Installation, Place
from ioc.kernel.backup.manifest import found_in, write_list
from ioc.kernel.clock import PROVINCE_ZONE, now
from ioc.kernel.coalesce import coalescer
from ioc.kernel.errors import Invalid
from ioc.kernel.media import storage
from tests.factories import SmallProvince

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("backup")]


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """A new key pair: the file of its secret half, and its public half."""
    secret, public = sealed.new_identity()
    path = tmp_path / "backup.key"
    path.write_text(f"# kept in the safe\n{secret}\n")
    return path, public


@pytest.fixture
def installed(small: SmallProvince, tmp_path: Path, settings: object) -> Installation:
    """The small province with two files and two secrets."""
    root = tmp_path / "files"
    settings.FILES_ROOT = root  # type: ignore[attr-defined]
    sha256 = storage.put(b"a photo")
    storage.put_variant(sha256, "thumb", b"a small photo")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "sealing.keys").write_text("key of identities")
    coalescer.flush()  # a job that was asked for a moment ago is written before anything is counted
    return Installation(database_url=database.own_address(), files=root, secrets=secrets)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """An empty database, and empty folders."""
    name = f"{settings.DATABASES['default']['NAME']}_restored"
    home = make_conninfo(database.own_address(), dbname="postgres")
    with psycopg.connect(home, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield Installation(
            database_url=make_conninfo(database.own_address(), dbname=name),
            files=tmp_path / "new" / "files",
            secrets=tmp_path / "new" / "secrets",
        )
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _made(installed: Installation, key: tuple[Path, str], to: Path, at: datetime | None = None) -> Path:
    place = Place(to=to, keys_to=to.parent / "keys", keys=(key[1],))
    return making.make(of=installed, place=place, at=at or now())[0]


def test_an_empty_machine_gets_everything_back(
    installed: Installation, empty: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    folder = _made(installed, key, tmp_path / "backups")
    secrets = making.secrets_file(tmp_path / "keys", folder.name)

    outcome = restoring.restore(folder=folder, into=empty, keys=sealed.identities(key[0]), secrets=secrets)

    assert outcome.holds
    assert outcome.files == 2
    assert database.restored_counts(empty.database_url) == database.restored_counts(installed.database_url)
    assert {p.name: p.read_bytes() for p in empty.files.glob("??/??/*")} == {
        p.name: p.read_bytes() for p in installed.files.glob("??/??/*")
    }
    assert (empty.secrets / "sealing.keys").read_text() == "key of identities"
    assert (empty.secrets / "sealing.keys").stat().st_mode & 0o777 == 0o600


def test_nothing_readable_lies_in_the_folder(
    installed: Installation, key: tuple[Path, str], tmp_path: Path, small: SmallProvince
) -> None:
    folder = _made(installed, key, tmp_path / "backups")
    content = b"".join(path.read_bytes() for path in folder.parent.rglob("*") if path.is_file())
    assert b"a photo" not in content
    assert b"key of identities" not in content
    assert small.people["operator"].username.encode() not in content


def test_files_are_sealed_once_for_all_backups(installed: Installation, key: tuple[Path, str], tmp_path: Path) -> None:
    _made(installed, key, tmp_path / "backups", now() - timedelta(days=1))
    storage.put(b"another photo")
    _made(installed, key, tmp_path / "backups")
    newest, before = (manifest for _folder, manifest in found_in(tmp_path / "backups"))
    assert (before.files, before.new_files) == (2, 2)
    assert (newest.files, newest.new_files) == (3, 1)


def test_an_installation_with_something_in_it_is_left_alone(
    installed: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    folder = _made(installed, key, tmp_path / "backups")
    with pytest.raises(restoring.NotEmpty):
        restoring.restore(folder=folder, into=installed, keys=sealed.identities(key[0]))


def test_another_key_opens_nothing(
    installed: Installation, empty: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    folder = _made(installed, key, tmp_path / "backups")
    other = tmp_path / "other.key"
    other.write_text(sealed.new_identity()[0])
    with pytest.raises(sealed.Damaged):
        restoring.restore(folder=folder, into=empty, keys=sealed.identities(other))
    assert database.is_empty(empty.database_url)


@pytest.mark.parametrize("part", ["database.dump.age", "files.json"])
def test_a_changed_part_is_found_before_anything_is_written(
    installed: Installation, empty: Installation, key: tuple[Path, str], tmp_path: Path, part: str
) -> None:
    folder = _made(installed, key, tmp_path / "backups")
    path = folder / part
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    if part == "files.json":
        with pytest.raises(sealed.Damaged):
            restoring.check(folder=folder, keys=sealed.identities(key[0]))
        return
    assert list(restoring.check(folder=folder, keys=sealed.identities(key[0])).wrong) == [part]
    with pytest.raises(sealed.Damaged):
        restoring.restore(folder=folder, into=empty, keys=sealed.identities(key[0]))
    assert database.is_empty(empty.database_url)


def test_a_lost_file_is_named_and_the_rest_is_brought_back(
    installed: Installation, empty: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    folder = _made(installed, key, tmp_path / "backups")
    lost = next(name for name in making.kept_files(installed.files) if name.endswith(".thumb"))
    making.sealed_file(folder.parent, lost).unlink()
    outcome = restoring.restore(folder=folder, into=empty, keys=sealed.identities(key[0]))
    assert list(outcome.wrong) == [lost]
    assert len(list(empty.files.glob("??/??/*"))) == 1


def test_a_second_backup_at_the_same_time_waits_for_nobody(
    installed: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    with making.alone(tmp_path / "backups"), pytest.raises(making.BackupRunning):
        _made(installed, key, tmp_path / "backups")


def test_a_folder_that_cannot_be_written_is_told(installed: Installation, key: tuple[Path, str]) -> None:
    with pytest.raises(making.FolderUnusable):
        _made(installed, key, Path("/proc/nowhere"))


def test_wrong_keys_are_told(installed: Installation, tmp_path: Path) -> None:
    for keys in ((), ("age1nonsense",)):
        with pytest.raises(Invalid):
            making.make(of=installed, place=Place(to=tmp_path, keys_to=None, keys=keys), at=now())


def test_old_backups_go_and_files_that_others_need_stay(
    installed: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    to = tmp_path / "backups"
    _made(installed, key, to, now() - timedelta(days=3))
    shutil.rmtree(next(installed.files.glob("??")))  # the files of now are others
    storage.put(b"of today")
    newest = _made(installed, key, to)
    gone = keeping.prune(to=to, keys_to=tmp_path / "keys", keep=Keep(days=1, weeks=0, months=0))
    assert len(gone) == 1
    assert [folder for folder, _manifest in found_in(to)] == [newest]
    left = {path.name for path in (to / "files").glob("??/??/*")}
    assert left == {f"{Path(name).name}.age" for name in json.loads((newest / "files.json").read_text())}
    assert restoring.check(folder=newest, keys=sealed.identities(key[0])).holds


MOMENTS = st.lists(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(PROVINCE_ZONE)), max_size=60
)


@given(moments=MOMENTS, days=st.integers(0, 10), weeks=st.integers(0, 6), months=st.integers(0, 13))
def test_what_is_kept(moments: list[datetime], days: int, weeks: int, months: int) -> None:
    kept = keeping.worth_keeping(moments, Keep(days=days, weeks=weeks, months=months))
    assert kept <= set(moments)
    assert len(kept) <= days + weeks + months + 1
    assert not moments or max(moments) in kept


def test_old_ones_are_not_taken_away_while_another_is_made(
    installed: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    """Its files seem to be needed by none until its manifest is written."""
    to = tmp_path / "backups"
    _made(installed, key, to, now() - timedelta(days=3))
    _made(installed, key, to)
    with making.alone(to), pytest.raises(making.BackupRunning):
        keeping.prune(to=to, keys_to=None, keep=Keep(days=1, weeks=0, months=0))
    assert len(found_in(to)) == 2


def test_one_that_fails_leaves_nothing_on_the_disk(
    installed: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    """It is tried again every ten minutes: a dump each time would fill the disk."""
    to, secrets = tmp_path / "backups", tmp_path / "keys"
    secrets.write_text("a file where a folder should be")
    with pytest.raises(making.FolderUnusable):
        making.make(of=installed, place=Place(to=to, keys_to=secrets, keys=(key[1],)), at=now())
    assert [path.name for path in to.iterdir() if path.name not in {".lock", "files"}] == []


def test_a_list_of_files_does_not_lead_elsewhere(
    installed: Installation, empty: Installation, key: tuple[Path, str], tmp_path: Path
) -> None:
    """Who can write to the folder can seal for the public key, and write a list with its digest."""
    folder = _made(installed, key, tmp_path / "backups")
    place = Place(to=folder.parent, keys_to=None, keys=(key[1],))
    name = "../../outside.txt"
    with (tmp_path / "evil").open("w+b") as evil:
        evil.write(b"evil")
        evil.seek(0)
        sealed.seal_to(making.sealed_file(place.to, name), evil, sealed.recipients(place.keys))
    (_folder, manifest) = found_in(folder.parent)[0]
    replace(manifest, list_sha256=write_list(folder, [name])).write(folder)
    with pytest.raises(sealed.Damaged):
        restoring.restore(folder=folder, into=empty, keys=sealed.identities(key[0]))
    assert not list(tmp_path.rglob("outside.txt"))
