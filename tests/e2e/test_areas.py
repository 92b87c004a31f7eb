"""Areas on screen: a file of boundaries looked at, applied and undone; a category given to an agency on the map."""

import json
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Person

pytestmark = pytest.mark.browser
_RING = [[106.08, 21.18], [106.2, 21.18], [106.2, 21.42], [106.08, 21.42], [106.08, 21.18]]
_FILE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"ma_xa": "07210", "ten": "Phường Ngô Quyền"},
            "geometry": {"type": "Polygon", "coordinates": [_RING]},
        },
        {"type": "Feature", "properties": {"ma_xa": "99998", "ten": "Xã Lạ"}, "geometry": None},
    ],
}


def test_a_boundary_file_is_looked_at_applied_and_undone(person: Callable[..., Person]) -> None:
    admin = person("administrator", language="en")
    page = admin.go("/manage/areas/boundaries/")
    content = json.dumps(_FILE).encode()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "ranh_gioi.geojson", "mimeType": "application/geo+json", "buffer": content}
    )
    page.get_by_role("button", name="Show what it changes").click()
    page.wait_for_url("**/manage/areas/boundaries/*/")
    row = page.locator("#changes tr[data-code='07210']")
    assert "differs" in row.inner_text()
    assert "Xã Lạ 99998" in page.locator("main").inner_text()
    page.locator("[data-class-map] canvas").wait_for()
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("These boundaries are on the maps").wait_for()
    page.get_by_role("button", name="Undo: put the boundaries before back").click()
    page.get_by_text("This was undone").wait_for()


def test_a_category_is_given_to_an_agency_on_the_map_and_by_keyboard(person: Callable[..., Person]) -> None:
    admin = person("administrator", language="en")
    page = admin.go("/manage/areas/responsibility/?day=2031-01-06")
    page.get_by_label("Category").select_option(label="Environment › Waste")
    page.get_by_role("button", name="Show", exact=True).click()
    canvas = page.locator("[data-class-map] canvas")
    canvas.wait_for()
    page.wait_for_function("document.querySelector('[data-count-of]').textContent === '0'")
    box = canvas.bounding_box()
    assert box is not None
    page.wait_for_timeout(800)
    canvas.click(position={"x": box["width"] * 0.4, "y": box["height"] / 2})
    west = page.get_by_role("checkbox", name="Phường Ngô Quyền")
    page.wait_for_function("document.querySelector('[data-count-of]').textContent === '1'")
    assert west.is_checked()
    page.get_by_role("checkbox", name="Phường Trần Phú").press("Space")
    page.wait_for_function("document.querySelector('[data-count-of]').textContent === '2'")
    page.get_by_label("Lead agency").select_option(label="Công ty Môi trường đô thị")
    page.get_by_label("Legal basis").fill("Decision 12/2030/QĐ-UBND")
    page.get_by_role("button", name="Show what it changes").click()
    shown = page.get_by_role("region", name="What changes on 06/01/2031")
    assert shown.get_by_role("row").count() >= 3
    page.get_by_role("button", name="Assign").click()
    page.get_by_text("Assigned. Matters reported from that day on go there.").wait_for()
    assert page.get_by_role("link", name="row of its own").count() == 2
