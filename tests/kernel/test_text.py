"""Vietnamese text with and without diacritics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.text import first_line, fold, search_terms, similarity, syllables

letters = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ÁĐƯ",
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường Hùng Vương", "duong hung vuong"),
        ("ƯỚC MƠ ĐẸP", "uoc mo dep"),
        ("Nguyễn Thị Lưu", "nguyen thi luu"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@given(letters)
def test_folding_twice_changes_nothing_and_leaves_plain_letters(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()


@given(letters)
def test_search_finds_the_same_with_and_without_diacritics(text):
    assert search_terms(text) == search_terms(fold(text))


def test_terms_are_syllables_and_pairs():
    assert syllables("Rác thải, số 12!") == ["rac", "thai", "so", "12"]
    assert search_terms("rác thải nhà") == ["rac", "thai", "nha", "racthai", "thainha"]


@given(letters, letters)
def test_likeness_is_between_none_and_all_and_goes_both_ways(left, right):
    share = similarity(left, right)
    assert 0 <= share <= 1
    assert share == similarity(right, left)
    if syllables(left):
        assert similarity(left, left) == 1


@given(st.text(max_size=400), st.integers(10, 120))
def test_a_title_fits(text, limit):
    assert len(first_line(text, limit=limit)) <= limit + 1
    assert "\n" not in first_line(text, limit=limit)


def test_a_title_is_the_first_sentence():
    assert first_line("Đèn đường hỏng. Tối lắm.") == "Đèn đường hỏng"
    assert first_line("Ổ gà lớn\nở ngã tư") == "Ổ gà lớn"
    assert first_line("một hai ba bốn", limit=8) == "một hai…"
