"""What the demonstration province says about personal data: records, the text people agree to, limits, retention."""

from datetime import date
from typing import Any, Final

from ioc.demo.setup import Province
from ioc.management.actions.starting import FIRST_TERM

LAW: Final = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"
DECREE: Final = "Nghị định 356/2025/NĐ-CP"
SINCE: Final = date(2026, 1, 1)
_RECORDS: Final[tuple[dict[str, Any], ...]] = (
    {
        "purpose": "Tiếp nhận và xử lý phản ánh hiện trường",
        "persons": "Người dân, doanh nghiệp gửi phản ánh",
        "data": "Họ tên, số điện thoại, thư điện tử (niêm phong); vị trí, ảnh và nội dung phản ánh",
        "recipients": "Tổ vận hành. Cơ quan xử lý nhận nội dung, không nhận danh tính",
        "retention": "Danh tính: hai năm sau khi phản ánh kết thúc",
        "measures": "Danh tính mã hóa riêng, chỉ mở khi có quyền và lý do, mỗi lần mở có dấu vết; ảnh bỏ thông tin kèm",
    },
    {
        "purpose": "Báo tin cho người gửi phản ánh",
        "persons": "Người gửi phản ánh có để lại liên hệ",
        "data": "Số điện thoại hoặc thư điện tử, lời nhắn từng bước",
        "recipients": "Nhà mạng và dịch vụ thư điện tử chuyển lời nhắn",
        "retention": "Địa chỉ: ba tháng sau khi gửi",
        "measures": "Địa chỉ niêm phong; đường dẫn riêng chỉ người nhận biết",
    },
    {
        "purpose": "Quản lý tài khoản của cán bộ",
        "persons": "Cán bộ, công chức, nhân viên có tài khoản",
        "data": "Họ tên, điện thoại, thư công vụ, vị trí, lần đăng nhập",
        "recipients": "Quản trị của đơn vị và của tỉnh",
        "retention": "Theo quy định về hồ sơ công chức và nhật ký hệ thống",
        "measures": "Xác thực hai lớp, nhật ký nối chuỗi không sửa được",
    },
)
_CONSENT: Final = (
    "Tôi đồng ý để tỉnh dùng nội dung, vị trí, ảnh tôi gửi để xử lý phản ánh này, và liên hệ của tôi chỉ để báo tin"
    " và hỏi lại. Tôi có thể xem, sửa hoặc yêu cầu xóa dữ liệu của mình bất cứ lúc nào trên trang riêng của phản ánh."
)
_CONSENT_EN: Final = (
    "I agree that the province uses the text, place and photos that I send to handle this report, and my contact only"
    " to tell me the steps and to ask back. I can see, correct or have my data erased at any time on the report's"
    " private page."
)
_RETENTION: Final = (("report.identity", 730, True), ("notice.address", 90, True), ("report.files", 1825, False))


def protect_data(made: Province) -> None:
    """The rows of the screens about personal data."""
    for record in _RECORDS:
        made.save(
            "processing_record", **record, legal_basis=f"{LAW}; {DECREE}", valid_from=SINCE,
            responsible="Trung tâm điều hành thông minh",
        )  # fmt: skip
    made.save(
        "consent_text", place="report", version=1, text=_CONSENT, text_en=_CONSENT_EN, needs_tick=True,
        legal_basis=f"{LAW}; {DECREE}", valid_from=SINCE,
    )  # fmt: skip
    made.save(
        "data_request_term",
        **FIRST_TERM,
        kind="",
    )
    for kind, days, is_on in _RETENTION:
        made.save("retention_rule", kind=kind, days=days, is_on=is_on, legal_basis=LAW, valid_from=SINCE)
