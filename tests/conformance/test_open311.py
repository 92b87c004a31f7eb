"""Open311 GeoReport v2: every answer against the field lists, errors and limits of the specification.

https://wiki.open311.org/GeoReport_v2/ and https://wiki.open311.org/Service_Discovery/
"""

import io
import json
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from PIL import Image

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.tokens import issue_token, revoke_token
from ioc.management.models import ApiToken
from ioc.management.queries import loading
from ioc.onscene.models import Report, Reporter, ReportEvent
from tests.factories import SINCE, SmallProvince, save

pytestmark = pytest.mark.django_db

ROOT = "/open311/v2"
SERVICE = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
ATTRIBUTE = {"variable", "code", "datatype", "required", "datatype_description", "order", "description"}
REQUEST = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
WORDS = 'Nắp cống vỡ trước cổng trường, xe máy dễ ngã <b>&amp;</b> "nguy hiểm"'


@pytest.fixture
def province(small: SmallProvince) -> SmallProvince:
    """The small province with questions on waste, and a category whose places are coarse."""
    waste = loading.current().categories_by_code["waste"].id
    for code, datatype, required, values in (
        ("size", "singlevaluelist", True, [{"key": "bag", "name": "Một túi"}, {"key": "heap", "name": "Một đống"}]),
        ("smells", "multivaluelist", False, [{"key": "day", "name": "Ban ngày"}, {"key": "night", "name": "Ban đêm"}]),
        ("weight", "number", False, []),
        ("since", "datetime", False, []),
    ):
        save("category_question", category_id=waste, code=code, datatype=datatype, text=f"Câu hỏi {code}", hint="Gợi ý",
             required=required, values=values)  # fmt: skip
    save("category", code="noise", name="Tiếng ồn", name_en="Noise", place_precision_m=500, valid_from=SINCE)
    return small


@pytest.fixture
def api_key(province: SmallProvince) -> str:
    return issue_token(name="Ứng dụng thành phố", rights=[rights.FILE_BY_PROGRAM], actor=SYSTEM, at=now())


def get(client: Client, path: str, **query: Any) -> HttpResponse:
    return client.get(f"{ROOT}/{path}", query)


def items(response: HttpResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content.decode()
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def tree(response: HttpResponse, status: int = 200) -> ElementTree.Element:
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert response.content.lower().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return fromstring(response.content)


def spark(element: ElementTree.Element) -> Any:
    """The XML as the JSON that the Spark convention makes of it, every value as text."""
    if len(element) == 0:
        return element.text or None
    names = [child.tag for child in element]
    if element.tag in {"services", "attributes", "values", "service_requests", "endpoints", "formats", "errors"}:
        return [spark(child) for child in element]
    assert len(set(names)) == len(names)
    return {child.tag: spark(child) for child in element}


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_text(one) for one in value] or None
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in (None, "") else str(value)


def same(client: Client, path: str, **query: Any) -> Any:
    """The JSON of a resource, after a look that its XML says the same."""
    found = items(get(client, f"{path}.json", **query))
    assert as_text(found) == spark(tree(get(client, f"{path}.xml", **query)))
    return found


def file(client: Client, key: str, form: str = "json", **fields: Any) -> HttpResponse:
    given = {
        "api_key": key, "service_code": "noise", "lat": "21.30", "long": "106.15", "description": WORDS,
    } | fields  # fmt: skip
    return client.post(f"{ROOT}/requests.{form}", {name: value for name, value in given.items() if value is not None})


def publish(code: str, **fields: Any) -> Report:
    report = Report.objects.get(code=code)
    moment = timezone.now()
    given = {"state": "published", "published_at": moment, "closed_at": moment, "due_at": None}
    given |= {"result": "Đã xử lý xong"}
    for name, value in (given | fields).items():
        setattr(report, name, value)
    report.save()
    return report


def published(small: SmallProvince, **fields: Any) -> Report:
    changes = {name: fields.pop(name) for name in ("state", "closed_at", "filed_at", "due_at") if name in fields}
    filed = small.file(at=now(), **({"category": "noise"} | fields))
    return publish(filed.code, **changes)


# --- discovery, services, definitions


def test_discovery(client, province):
    found = same(client, "discovery")
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    [endpoint] = found["endpoints"]
    assert set(endpoint) == {"specification", "url", "changeset", "type", "formats"}
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["type"] in {"production", "test"}
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert found["changeset"][:4].isdecimal()
    assert tree(client.get(f"{ROOT}/")).tag == "discovery"


def test_service_list(client, province):
    found = same(client, "services")
    assert {service["service_code"] for service in found} == {"waste", "officials", "noise"}
    for service in found:
        assert set(service) == SERVICE
        assert service["type"] == "realtime"
        assert isinstance(service["metadata"], bool)
    waste = next(service for service in found if service["service_code"] == "waste")
    assert (waste["service_name"], waste["group"], waste["keywords"]) == ("Rác thải", "Môi trường", "rác, thu gom")
    assert waste["metadata"] is True
    english = client.get(f"{ROOT}/services.json", headers={"accept-language": "en"})
    assert "Waste" in {service["service_name"] for service in json.loads(english.content)}


def test_service_definition(client, province):
    found = same(client, "services/waste")
    assert set(found) == {"service_code", "attributes"}
    assert [attribute["order"] for attribute in found["attributes"]] == [1, 2, 3, 4]
    for attribute in found["attributes"]:
        assert set(attribute) - {"values"} == ATTRIBUTE
        assert ("values" in attribute) == attribute["datatype"].endswith("valuelist")
    size = found["attributes"][0]
    assert (size["variable"], size["required"], size["datatype"]) == (True, True, "singlevaluelist")
    assert size["values"] == [{"key": "bag", "name": "Một túi"}, {"key": "heap", "name": "Một đống"}]
    assert same(client, "services/noise") == {"service_code": "noise", "attributes": []}


# --- a new request


@pytest.mark.parametrize("form", ["json", "xml"])
def test_post_answers_at_once_with_the_identifier(client, api_key, form):
    response = file(client, api_key, form, account_id="nguoi-7")
    content = items(response) if form == "json" else spark(tree(response))
    [answer] = content
    assert set(answer) == {"service_request_id", "service_notice", "account_id"}  # and no token beside the identifier
    assert answer["account_id"] == "nguoi-7"
    report = Report.objects.get(code=answer["service_request_id"])
    assert (report.text, report.channel, report.state) == (WORDS, "open311", "filed")
    assert f"/citizen/r/{report.token}/" in answer["service_notice"]
    assert ReportEvent.objects.get(report=report).actor_name == "Ứng dụng thành phố"
    assert not client.cookies


def test_post_takes_everything_that_the_specification_names(client, api_key):
    response = file(
        client, api_key, service_code="waste", jurisdiction_id="bg", address_string="12 Hùng Vương, Phường Ngô Quyền",
        email="lan@example.vn", device_id="d-1", first_name="Lan", last_name="Nguyễn", phone="0912345678",
        media_url="https://pictures.example/1.jpg",
        **{"attribute[size]": "heap", "attribute[smells][]": ["day", "night"], "attribute[weight]": "12.5",
           "attribute[since]": "2026-11-01T08:00:00+07:00"},
    )  # fmt: skip
    report = Report.objects.get(code=items(response)[0]["service_request_id"])
    assert report.answers == {
        "size": "heap", "smells": ["day", "night"], "weight": "12.5", "since": "2026-11-01T08:00:00+07:00",
        "media_url": "https://pictures.example/1.jpg",
    }  # fmt: skip
    assert report.place_text == "12 Hùng Vương, Phường Ngô Quyền"
    assert Reporter.objects.get(report=report).phone_sealed


@pytest.mark.parametrize(
    ("place", "commune"),
    [
        ({"address_id": "07213"}, "07213"),
        ({"address_string": "Số 5 đường Lê Lợi, phuong tran phu, thanh pho Bac Giang"}, "07213"),
        ({"address_string": "Chợ Thương", "address_id": "07210"}, "07210"),
    ],
)
def test_post_finds_a_place_without_coordinates(client, api_key, place, commune):
    response = file(client, api_key, lat=None, long=None, **place)
    assert Report.objects.get(code=items(response)[0]["service_request_id"]).area.code == commune


def test_post_takes_a_photo(client, api_key):
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 60)).save(picture, "JPEG")
    photo = SimpleUploadedFile("rác.jpg", picture.getvalue(), "image/jpeg")
    code = items(file(client, api_key, media=photo))[0]["service_request_id"]
    report = Report.objects.get(code=code)
    assert report.attachments.count() == 1
    publish(code)
    [found] = items(get(client, "requests.json", service_request_id=code))
    assert found["media_url"] == f"http://testserver/thumbs/{report.id}/"
    assert client.get(found["media_url"]).status_code == 200
    report.attachments.update(is_public=False)
    assert items(get(client, "requests.json", service_request_id=code))[0]["media_url"] is None


def test_post_twice_with_one_key_files_once(client, api_key):
    answers = [
        client.post(
            f"{ROOT}/requests.json",
            {"api_key": api_key, "service_code": "noise", "lat": "21.3", "long": "106.15", "description": WORDS},
            headers={"idempotency-key": "retry-1"},
        )
        for _attempt in range(2)
    ]
    assert items(answers[0])[0]["service_request_id"] == items(answers[1])[0]["service_request_id"]
    assert Report.objects.count() == 1
    changed = client.post(
        f"{ROOT}/requests.json",
        {"api_key": api_key, "service_code": "noise", "lat": "21.3", "long": "106.15", "description": WORDS * 2},
        headers={"idempotency-key": "retry-1"},
    )
    assert changed.status_code == 400


# --- errors


def errors(response: HttpResponse, status: int) -> list[dict[str, Any]]:
    assert response.status_code == status, response.content.decode()
    found = json.loads(response.content)
    assert isinstance(found, list)
    for error in found:
        assert set(error) == {"code", "description"}
        assert error["code"] == status
        assert error["description"]
    return found


WRONG_POSTS: list[tuple[dict[str, Any], int, str]] = [
    ({"api_key": None}, 403, "api_key"),
    ({"api_key": "nonsense"}, 403, "api_key"),
    ({"jurisdiction_id": "nowhere.gov"}, 404, "nowhere.gov"),
    ({"service_code": None}, 400, "service_code"),
    ({"service_code": "nothing"}, 404, "nothing"),
    ({"service_code": "environment"}, 404, "environment"),
    ({"lat": None, "long": None}, 400, ""),
    ({"long": None}, 400, "lat"),
    ({"lat": "north"}, 400, "lat"),
    ({"lat": "nan"}, 400, "lat"),
    ({"lat": "91"}, 400, "lat"),
    ({"lat": "34.05", "long": "-118.24"}, 400, ""),
    ({"lat": None, "long": None, "address_id": "99999"}, 400, ""),
    ({"lat": None, "long": None, "address_string": "đâu đó"}, 400, "address_string"),
    ({"description": ""}, 400, ""),
    ({"description": "x" * 4001}, 400, ""),
    ({"email": "not-an-address"}, 400, ""),
    ({"phone": "abc"}, 400, ""),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ({"service_code": "waste"}, 400, "size"),
    ({"service_code": "waste", "attribute[size]": "huge"}, 400, ""),
    ({"service_code": "waste", "attribute[size]": "bag", "attribute[weight]": "heavy"}, 400, "weight"),
    ({"service_code": "waste", "attribute[size]": "bag", "attribute[since]": "lately"}, 400, "since"),
    ({"attribute[colour]": "red"}, 400, "colour"),
]


def test_post_errors(client, api_key):
    for fields, status, word in WRONG_POSTS:
        found = errors(file(client, api_key, **fields), status)
        assert any(word in error["description"] for error in found), (fields, found)
        root = tree(file(client, api_key, "xml", **fields), status)
        assert root.tag == "errors"
        assert [child.tag for child in root] == ["error"] * len(found)
        assert [child.tag for child in root[0]] == ["code", "description"]
    assert not Report.objects.exists()


def test_post_says_all_that_is_wrong_at_once(client, api_key):
    assert len(errors(file(client, api_key, description="", email="x", phone="y"), 400)) == 3


def test_post_with_a_key_that_may_not_file_or_no_longer(client, api_key):
    other = issue_token(name="Khác", rights=[rights.LEAD], actor=SYSTEM, at=now())
    errors(file(client, other), 403)
    revoke_token(token_id=ApiToken.objects.get(name="Ứng dụng thành phố").id, actor=SYSTEM, at=now())
    errors(file(client, api_key), 403)


def test_post_a_file_that_is_no_photo(client, api_key):
    errors(file(client, api_key, media=SimpleUploadedFile("x.jpg", b"not a photo", "image/jpeg")), 400)


def test_get_errors(client, province):
    for path, query, status in (
        ("services", {"jurisdiction_id": "sfgov.org"}, 404),
        ("services/nothing", {}, 404),
        ("services/environment", {}, 404),
        ("requests/BG-0000-00000", {}, 404),
        ("tokens/nothing", {}, 404),
        ("requests", {"service_code": "nothing"}, 404),
        ("requests", {"status": "sleeping"}, 400),
        ("requests", {"start_date": "yesterday"}, 400),
        ("requests", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ("requests", {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, 400),
        ("requests", {"page": "0"}, 400),
        ("requests", {"page_size": "1001"}, 400),
        ("requests", {"page": "²"}, 400),
        ("requests", {"lat": "21.3"}, 400),
        ("requests", {"lat": "21.3", "long": "106.15", "radius": "1e9"}, 400),
    ):
        errors(get(client, f"{path}.json", **query), status)
        assert tree(get(client, f"{path}.xml", **query), status).tag == "errors"


def test_what_is_no_resource(client, province):
    assert client.get(f"{ROOT}/services.yaml").status_code == 404
    assert client.post(f"{ROOT}/services.json").status_code == 405
    assert client.delete(f"{ROOT}/requests.json").status_code == 405


# --- lists


def test_get_requests(client, province):
    report = published(province, text=WORDS)
    open_again = published(province, state="reopened", closed_at=None, due_at=now() + timedelta(days=2))
    hidden = province.file(at=now(), category="noise")
    found = {request["service_request_id"]: request for request in same(client, "requests")}
    assert set(found) == {report.code, open_again.code}
    assert hidden.code not in found
    one = found[report.code]
    assert set(one) == REQUEST
    assert (one["status"], one["status_notes"], one["description"]) == ("closed", "Đã xử lý xong", WORDS)
    assert (one["service_code"], one["service_name"], one["address_id"]) == ("noise", "Tiếng ồn", "07210")
    assert datetime.fromisoformat(one["updated_datetime"]) == report.closed_at.replace(microsecond=0)
    for name in ("requested_datetime", "updated_datetime"):
        assert datetime.fromisoformat(one[name]).tzinfo is not None
    assert one["expected_datetime"] is None
    assert found[open_again.code]["status"] == "open"
    assert found[open_again.code]["expected_datetime"]
    assert same(client, f"requests/{report.code}") == [one]


def test_nothing_private_is_shown_even_with_a_key(client, api_key, province):
    filed = province.file(at=now(), category="officials")
    Report.objects.filter(id=filed.id).update(state="published", published_at=now())
    pending = province.file(at=now(), category="noise")
    assert items(get(client, "requests.json", api_key=api_key)) == []
    for code in (filed.code, pending.code):
        errors(get(client, f"requests/{code}.json", api_key=api_key), 404)


def test_filters(client, province):
    old = published(province, filed_at=now() - timedelta(days=120))
    waste = published(province, category="waste", answers={"size": "bag"})
    noise = published(province, state="reopened", closed_at=None)

    def codes(**query: Any) -> set[str]:
        return {request["service_request_id"] for request in same(client, "requests", **query)}

    assert codes() == {waste.code, noise.code}
    assert codes(start_date="", end_date="", service_code="", status="", jurisdiction_id="") == codes()
    several = f"{old.code},{noise.code.lower()},unknown"
    assert codes(service_request_id=several, status="closed") == {old.code, noise.code}
    assert codes(service_code="waste") == {waste.code}
    assert codes(service_code="waste,noise") == {waste.code, noise.code}
    assert codes(status="open") == {noise.code}
    assert codes(status="closed") == {waste.code}
    assert codes(status="open,closed") == {waste.code, noise.code}
    day = (now() - timedelta(days=121)).strftime("%Y-%m-%dT00:00:00Z")
    assert codes(start_date=day) == {old.code}
    before = (now() - timedelta(days=100)).isoformat()
    assert codes(end_date=before) == {old.code}
    assert codes(start_date=day.replace("Z", "+07:00"), end_date=before) == {old.code}
    # A plus sign that was not encoded arrives as a blank.
    raw = client.get(f"{ROOT}/requests.json?start_date={day.replace('Z', '+07:00')}")
    assert [request["service_request_id"] for request in items(raw)] == [old.code]


def test_paging(client, province):
    reports = [published(province, filed_at=now() - timedelta(hours=n)) for n in range(5)]
    pages = [items(get(client, "requests.json", page=page, page_size=2)) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [request["service_request_id"] for page in pages for request in page] == [report.code for report in reports]
    assert tree(get(client, "requests.xml", page=4, page_size=2)).tag == "service_requests"


def test_around_a_place(client, province):
    near = published(province, category="waste", answers={"size": "bag"}, latitude=21.3001, longitude=106.1501)
    corner = published(province, category="waste", answers={"size": "bag"}, latitude=21.3040, longitude=106.1544)
    far = published(province, category="waste", answers={"size": "bag"}, latitude=21.33, longitude=106.15)
    coarse = published(province, latitude=21.3001, longitude=106.1501)

    def codes(**query: Any) -> set[str]:
        return {request["service_request_id"] for request in items(get(client, "requests.json", **query))}

    assert codes(lat="21.30", long="106.15", radius="500") == {near.code, coarse.code}
    assert corner.code in codes(lat="21.30", long="106.15", radius="700")
    assert far.code in codes(lat="21.30", long="106.15", radius="5000")


def test_a_coarse_place_is_not_given_away(client, province):
    report = published(province, latitude=21.31234, longitude=106.15678, place_text="Nhà số 7 ngõ 3")
    [found] = items(get(client, "requests.json"))
    assert abs(found["lat"] - 21.31234) > 1e-5 or abs(found["long"] - 106.15678) > 1e-5
    assert "Nhà số 7" not in found["address"]
    assert found["address_id"] == "07210"
    # Small circles anywhere in its block find it alike, so that none tells where in the block it is.
    for lat, long in ((found["lat"], found["long"]), (21.31234, 106.15678)):
        around = items(get(client, "requests.json", lat=lat, long=long, radius=20))
        assert [request["service_request_id"] for request in around] == [report.code]


def test_token(client, province):
    filed = province.file(at=now(), category="noise")
    assert same(client, f"tokens/{filed.token}") == [{"service_request_id": filed.code, "token": filed.token}]


# --- the protocol


def test_other_sites_may_read_and_no_session_is_touched(client, province, django_assert_num_queries):
    same(client, "services")
    with django_assert_num_queries(0):
        response = get(client, "services.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    preflight = client.options(f"{ROOT}/requests.json")
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert client.head(f"{ROOT}/services.xml").status_code == 200


def test_posting_needs_no_form_token_of_ours(api_key):
    assert file(Client(enforce_csrf_checks=True), api_key).status_code == 200


def test_statements_do_not_grow_with_rows(client, province, django_assert_num_queries):
    for count in (1, 12):
        for _number in range(count):
            published(province)
        get(client, "services.json")
        with django_assert_num_queries(1):
            items(get(client, "requests.json"))


def test_text_that_xml_cannot_hold(client, province):
    report = published(province)
    Report.objects.filter(id=report.id).update(result="Xong\x0b\x1b ]]> </request>")
    [request] = tree(get(client, "requests.xml"))
    assert request.findtext("status_notes") == "Xong ]]> </request>"
