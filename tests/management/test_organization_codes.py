"""Official codes of agencies: how each scheme writes them, and that no two agencies have one at the same time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.kernel.errors import Invalid
from ioc.management.actions.organization_codes import KNOWN_SCHEMES, known_schemes
from ioc.management.models import CodeScheme, OrganizationCode
from ioc.management.rules.organization_codes import check_code, check_pattern, tax_check_digit, tidy_code
from tests.factories import SINCE, save

SCHEMES = {scheme["code"]: scheme for scheme in KNOWN_SCHEMES}


def check(scheme: str, code: str) -> None:
    check_code(code, pattern=SCHEMES[scheme]["pattern"], check_rule=SCHEMES[scheme]["check_rule"])


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("QD20-2020", "H02"),
        ("QD20-2020", "H49.10.2"),
        ("QD20-2020", "G22.A1.05.7"),
        ("QCVN102", "000.00.00.H49"),
        ("QCVN102", "000.00.10.H49"),
        ("QCVN102", "001.05.10.H49"),
        ("TAX", "0100109106"),
        ("TAX", "0100109106-001"),
    ],
)
def test_right_codes_pass(scheme, code):
    check(scheme, code)


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("QD20-2020", ""),
        ("QD20-2020", "Z02"),  # letters A to Y
        ("QD20-2020", "H2"),
        ("QD20-2020", "H02."),
        ("QD20-2020", "H02..1"),
        ("QD20-2020", "h02.1"),
        ("QD20-2020", "000.00.10.H02"),  # read the other way round
        ("QD20-2020", "H02" + ".1" * 17),  # 37 characters
        ("QCVN102", "H49.10.2"),
        ("QCVN102", "001.00.10.H49"),  # a level below one that is not used
        ("QCVN102", "001.00.00.H49"),
        ("TAX", "0100109107"),
        ("TAX", "010010910"),
        ("TAX", "0100109106-000"),
        ("TAX", "0100109106001"),
    ],
)
def test_wrong_codes_say_why_beside_the_field(scheme, code):
    with pytest.raises(Invalid) as wrong:
        check(scheme, code)
    assert wrong.value.fields.keys() == {"value"}


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_a_tax_number_with_one_digit_mistyped_is_not_taken(digits, place, by):
    last = tax_check_digit(digits)
    if last is None:
        return
    check("TAX", f"{digits}{last}")
    mistyped = f"{digits[:place]}{(int(digits[place]) + by) % 10}{digits[place + 1 :]}"
    with pytest.raises(Invalid):
        check("TAX", f"{mistyped}{last}")


def test_blanks_and_small_letters_are_tidied():
    assert tidy_code(" h49.10 .2\n") == "H49.10.2"


def test_a_pattern_must_be_readable_and_fit_its_example():
    check_pattern("[0-9]+", example="12")
    with pytest.raises(Invalid) as wrong:
        check_pattern("[0-9", example="12")
    assert "pattern" in wrong.value.fields
    with pytest.raises(Invalid) as wrong:
        check_pattern("[0-9]+", example="x")
    assert "example" in wrong.value.fields


@pytest.mark.django_db
def test_schemes_are_rows_that_codes_follow(small):
    known_schemes(actor=SYSTEM, at=now())
    known_schemes(actor=SYSTEM, at=now())
    assert CodeScheme.objects.count() == len(KNOWN_SCHEMES)
    west, east = small.organizations["west"], small.organizations["east"]
    scheme, tax = CodeScheme.objects.get(code="QD20-2020"), CodeScheme.objects.get(code="TAX")
    row = save("organization_code", organization=west, scheme=scheme, value=" h02.201", valid_from=SINCE)
    assert row.value == "H02.201"
    save("organization_code", organization=west, scheme=tax, value="0100109106", valid_from=SINCE)
    with pytest.raises(Invalid) as wrong:
        save("organization_code", organization=east, scheme=scheme, value="Z9", valid_from=SINCE)
    assert "value" in wrong.value.fields
    with pytest.raises(Invalid):  # the west has it
        save("organization_code", organization=east, scheme=scheme, value="H02.201", valid_from=SINCE.replace(2022))
    OrganizationCode.objects.filter(pk=row.pk).update(valid_to=SINCE.replace(2022))
    save("organization_code", organization=east, scheme=scheme, value="H02.201", valid_from=SINCE.replace(2022))


@pytest.mark.django_db
def test_a_scheme_that_contradicts_itself_is_not_saved(small):
    with pytest.raises(Invalid) as wrong:
        save("code_scheme", code="X", name="X", pattern="[0-9]+", example="abc", valid_from=SINCE)
    assert "example" in wrong.value.fields
    with pytest.raises(Invalid) as wrong:
        save("code_scheme", code="X", name="X", check_rule="tax_number", example="0100109107", valid_from=SINCE)
    assert "example" in wrong.value.fields
