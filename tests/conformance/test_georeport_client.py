"""An Open311 client that others wrote (PyPI `georeport`) reads this server over real HTTP, in both formats."""

import georeport
import pytest
import requests

from ioc.kernel import rights
from ioc.kernel.actors import SYSTEM
from ioc.kernel.clock import now
from ioc.management.actions.tokens import issue_token
from ioc.onscene.models import Report
from tests.factories import small_province

TEXT = 'Ổ gà sâu giữa đường Hùng Vương, xe máy ngã hai lần & rất "nguy hiểm"'


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_client_lists_defines_and_follows(live_server, form):
    small_province()
    root = f"{live_server.url}/open311/v2"
    key = issue_token(name="Ứng dụng", rights=[rights.FILE_BY_PROGRAM], actor=SYSTEM, at=now())
    client = georeport.GeoReport(root, jurisdiction="bg", api_key=key, output_format=form)

    services = client.get_service_list()
    assert {service["service_code"] for service in services} == {"waste", "officials"}
    assert client.get_service_definition("waste")["service_code"] == "waste"

    codes = [_file(root, key, form), _file(root, key, form)]
    Report.objects.update(state="published", published_at=now(), closed_at=now(), result="Đã vá, thảm lại 12 m²")

    found = client.get_service_requests(service_code="waste", status="closed")
    assert [request["service_request_id"] for request in found] == sorted(codes, reverse=True)
    assert {request["description"] for request in found} == {TEXT}
    one = client.get_service_request(codes[0])
    assert one["status_notes"] == "Đã vá, thảm lại 12 m²"
    assert float(one["lat"]) == 21.3
    with pytest.raises(requests.HTTPError, match="404"):
        georeport.GeoReport(root, jurisdiction="elsewhere").get_service_list()


def _file(root: str, key: str, form: str) -> str:
    """A new report, as programs post it (the client reads only)."""
    given = {"api_key": key, "service_code": "waste", "lat": 21.3, "long": 106.15, "description": TEXT}
    answer = requests.post(f"{root}/requests.{form}", data=given, timeout=30)
    assert answer.status_code == 200, answer.text
    if form == "json":
        return str(answer.json()[0]["service_request_id"])
    return answer.text.split("<service_request_id>")[1].split("<")[0]
