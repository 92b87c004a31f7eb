"""Ready answers, fields of work and colours of the demonstration province."""

from typing import Any, Final

from ioc.demo.areas import BEFORE_FROM
from ioc.demo.setup import Province
from ioc.kernel.actors import SYSTEM
from ioc.management.actions.records import save_record

_COLOURS: Final = ("green", "brown", "blue", "purple", "red", "teal", "olive", "pink", "slate")
_ANSWERS: Final = (
    (
        "ask",
        "Hỏi chỗ chính xác",
        "Chào bạn, về phản ánh {{code}}: bạn cho biết rõ hơn chỗ nào ở {{place}} (số nhà, cột điện, ngõ gần nhất) nhé?",
        "About report {{code}}: where exactly is it in {{place}} (house number, lamp post or nearest lane)?",
    ),
    (
        "ask",
        "Hỏi thêm ảnh",
        "Bạn chụp giúp một ảnh ban ngày, thấy rõ xung quanh, để {{agency}} tìm đúng chỗ nhé?",
        "Could you send a photo in daylight that shows the surroundings, so that {{agency}} finds the place?",
    ),
    (
        "progress",
        "Đã đến hiện trường",
        "{{agency}} đã đến {{place}} kiểm tra và đang xử lý. Dự kiến xong trước {{due}}.",
        "{{agency}} has been to {{place}} and is at work. It should be done before {{due}}.",
    ),
    (
        "outcome",
        "Đã xử lý xong",
        "{{agency}} đã xử lý xong việc bạn phản ánh ({{category}}) tại {{place}}. Ảnh sau khi làm ở dưới.",
        "{{agency}} has dealt with what you reported ({{category}}) at {{place}}. The photo below shows it afterwards.",
    ),
    (
        "publish",
        "Cảm ơn người phản ánh",
        "Cảm ơn bạn đã báo cho {{centre}}. Còn gì chưa được, bạn đánh giá hoặc gọi {{hotline}}.",
        "Thank you for telling {{centre}}. If something is still wrong, rate it or call {{hotline}}.",
    ),
)
_FIELDS: Final = (
    ("tai-nguyen", "Tài nguyên và môi trường", "Natural resources and environment", ("so-tnmt",)),
    ("giao-thong", "Giao thông vận tải", "Transport", ("so-gtvt",)),
    ("xay-dung", "Xây dựng và đô thị", "Construction and towns", ("so-xay-dung",)),
    ("y-te", "Y tế", "Health", ("so-y-te",)),
    ("giao-duc", "Giáo dục và đào tạo", "Education", ("so-gddt",)),
    ("thong-tin", "Thông tin và truyền thông", "Information and communications", ("so-tttt",)),
)


def add_catalogue(made: Province) -> None:
    """Add them to the province."""
    for position, (purpose, name, text, english) in enumerate(_ANSWERS):
        made.save(
            "answer_template", purpose=purpose, name=name, text=text, text_en=english, position=position,
            valid_from=BEFORE_FROM,
        )  # fmt: skip
    for position, (code, name, english, agencies) in enumerate(_FIELDS):
        known: list[Any] = [made.organizations[one] for one in agencies if one in made.organizations]
        leaders = [made.people["lanhdao"]] if "lanhdao" in made.people else []
        made.save(
            "field_of_work", code=code, name=name, name_en=english, position=position, organizations=known,
            leaders=leaders, valid_from=BEFORE_FROM,
        )  # fmt: skip
    tops = [category for category in made.categories.values() if category.parent_id is None]
    colour = {top.pk: _COLOURS[number % len(_COLOURS)] for number, top in enumerate(tops)}
    for category in made.categories.values():
        chosen = {"colour": colour[category.parent_id or category.pk]}
        save_record(kind="category", record_id=category.pk, fields=chosen, actor=SYSTEM, at=made.at)
