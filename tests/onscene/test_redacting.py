"""What says who somebody is comes out of a text, and everything else stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.onscene.rules.redacting import MARK, redacted, redacted_values


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gọi tôi 0912 345 678 nhé", "Gọi tôi […] nhé"),
        ("gọi +84 912.345.678.", "gọi […]."),
        ("thư an.nguyen@example.vn, cảm ơn", "thư […], cảm ơn"),
        ("CCCD 024090001234 của tôi", "CCCD […] của tôi"),
        ("Tôi là NGUYỄN VĂN AN, tổ 3", "Tôi là […], tổ 3"),
        ("nguyen van an gửi", "[…] gửi"),
        ("Nhà số 12, ngõ 345, mất 2 ngày", "Nhà số 12, ngõ 345, mất 2 ngày"),
        ("Nguyễn Văn Anh là người khác", "Nguyễn Văn Anh là người khác"),
        ("Giá 1.200.000.000 đồng", "Giá 1.200.000.000 đồng"),
        ("Tên Bình,0912345678", "Tên Bình,[…]"),
        ("số 0912345678,0987654321", "số […],[…]"),
        ("gọi.0912345678.", "gọi.[…]."),
        ("tọa độ 21.0912345678, 106.0912345678", "tọa độ 21.0912345678, 106.0912345678"),
    ],
)
def test_contacts_and_the_name_go(text: str, left: str) -> None:
    assert redacted(text, names=["Nguyễn Văn An"]) == left


def test_a_name_of_one_syllable_is_a_word_too() -> None:
    assert redacted("An toàn giao thông", names=["An"]) == "An toàn giao thông"


@given(st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs")), max_size=60).filter(lambda one: "@" not in one))
def test_a_text_without_any_of_it_stays_as_it_is(text: str) -> None:
    assert redacted(text, names=["Trần Thị Không Ai"]) == text


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_is_gone_whatever_stands_around_it(before: str, after: str) -> None:
    left = redacted(f"{before} Lê Thị Hồng {after}", names=["Lê Thị Hồng"])
    assert "Lê Thị Hồng" not in left
    assert MARK in left


def test_values_are_redacted_at_any_depth() -> None:
    value = {"a": ["0912345678", 5, None], "b": {"c": "x@y.vn"}}
    assert redacted_values(value, names=[]) == {"a": [MARK, 5, None], "b": {"c": MARK}}
