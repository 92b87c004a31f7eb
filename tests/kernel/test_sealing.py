"""Sealed fields: nothing readable at rest, keys change without loss, the key file is nobody else's."""

import stat

import pytest
from cryptography.fernet import Fernet, InvalidToken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.kernel import sealing


@pytest.fixture(autouse=True)
def keys(tmp_path, settings):
    settings.SEALING_KEY_FILE = tmp_path / "secrets" / "sealing.keys"
    sealing._keys.cache_clear()
    yield settings.SEALING_KEY_FILE
    sealing._keys.cache_clear()


def test_what_is_sealed_opens_again_and_does_not_show():
    sealed = sealing.seal("0912345678")
    assert b"0912345678" not in sealed
    assert sealing.unseal(sealed) == "0912345678"
    assert sealing.unseal(memoryview(sealed)) == "0912345678"
    assert sealing.seal("0912345678") != sealed


def test_nothing_stays_nothing():
    assert sealing.seal("") == b""
    assert sealing.unseal(b"") == ""
    assert sealing.reseal(b"") == b""


def test_the_key_file_is_only_ours(keys):
    sealing.seal("x")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    sealing.add_key()
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_a_new_key_seals_and_old_ones_still_open(keys):
    old = sealing.seal("Trần Thu Hà")
    first = keys.read_text().split()
    sealing.add_key()
    assert keys.read_text().split()[1:] == first
    assert sealing.unseal(old) == "Trần Thu Hà"
    renewed = sealing.reseal(old)
    keys.write_text(keys.read_text().split()[0] + "\n")
    sealing._keys.cache_clear()
    assert sealing.unseal(renewed) == "Trần Thu Hà"
    with pytest.raises(InvalidToken):
        sealing.unseal(old)


def test_each_bit_of_a_seal_counts():
    sealed = bytearray(sealing.seal("0912345678"))
    for place in range(len(sealed) - 4):  # the last letters of base64 have bits that say nothing
        changed = sealed.copy()
        changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
        with pytest.raises(InvalidToken):
            sealing.unseal(bytes(changed))


def test_spoilt_or_foreign_seals_do_not_open():
    sealed = sealing.seal("x")
    for wrong in (sealed[:-4], b"x" + sealed, Fernet(Fernet.generate_key()).encrypt(b"x")):
        with pytest.raises(InvalidToken):
            sealing.unseal(wrong)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text())
def test_fingerprints_tell_values_apart_and_depend_on_the_secret(left, right):
    assert (sealing.digest(left) == sealing.digest(right)) == (left == right)
    assert len(sealing.digest(left)) == 16


def test_fingerprints_need_the_installations_secret(settings):
    before = sealing.digest("0912345678")
    settings.SECRET_KEY = "another"
    assert sealing.digest("0912345678") != before
