"""A regulation is put in force and read; a lesson is finished; a citizen reads what concerns the commune."""

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Make = Callable[..., Person]

TEXT = """Chương I. QUY ĐỊNH CHUNG
Điều 1. Phạm vi
Quy chế này quy định việc tiếp nhận phản ánh.
Điều 2. Thời hạn
Tiếp nhận trong 8 giờ làm việc."""


def test_a_regulation_is_published_read_and_noted(person: Make) -> None:
    admin = person("administrator")
    page = admin.go("/manage/regulations/add/")
    page.get_by_label("Số văn bản").fill("07/2026/QĐ-UBND")
    page.get_by_label("Tiêu đề", exact=True).fill("Quy chế thử")
    page.get_by_label("officer", exact=True).check()
    page.get_by_role("button", name="Lưu").first.click()
    page.get_by_label("Có hiệu lực từ").fill("2026-01-01")
    page.get_by_label("Nội dung").fill(TEXT)
    page.get_by_role("button", name="Lưu bản thảo").click()
    page.get_by_role("button", name="Ban hành").click()
    page.get_by_text("Ai đã đọc bản mới nhất").wait_for()
    home = page.url

    officer = person("officer", phone=True)
    reading = officer.go("/reading/")
    reading.get_by_role("link", name="Quy chế thử").click()
    reading.get_by_role("heading", name="Điều 2. Thời hạn").wait_for()
    reading.get_by_role("button", name="Tôi đã đọc và sẽ thực hiện").click()
    reading.get_by_text("Bạn đã đọc").first.wait_for()

    page.goto(home)
    page.get_by_text(re.compile(r"^1 trên \d+$")).wait_for()


def test_a_lesson_is_written_and_finished(person: Make) -> None:
    page = person("administrator").go("/manage/guidance/add/")
    page.get_by_label("Loại", exact=True).select_option("lesson")
    page.get_by_label("Dành cho").select_option("staff")
    page.get_by_label("Tiêu đề", exact=True).fill("Bài học thử")
    page.get_by_label("Nội dung", exact=True).fill("Trả lời **ba câu**.")
    page.get_by_label("Câu hỏi").fill("Câu nào đúng?\n- Đã ghi nhận\n+ Đã thay bóng đèn")
    page.get_by_role("button", name="Lưu và xem").click()
    page.locator("strong", has_text="ba câu").wait_for()

    officer = person("officer", phone=True).go("/reading/")
    officer.get_by_role("link", name="Bài học thử").click()
    officer.get_by_label("Đã thay bóng đèn").check()
    officer.get_by_role("button", name="Kiểm tra câu trả lời").click()
    officer.get_by_text("Đã xong bài học").first.wait_for()


def test_a_citizen_reads_an_announcement_without_script(person: Make) -> None:
    page = person("administrator").go("/manage/guidance/add/")
    page.get_by_label("Tiêu đề", exact=True).fill("Cúp nước tối nay")
    page.get_by_label("Nội dung", exact=True).fill("Từ 22 giờ.")
    page.get_by_role("button", name="Lưu và xem").click()
    page.get_by_text("Từ 22 giờ.").wait_for()

    citizen = person(phone=True, script=False).go("/guidance/")
    citizen.get_by_role("link", name="Cúp nước tối nay").click()
    citizen.get_by_text("Từ 22 giờ.").wait_for()
