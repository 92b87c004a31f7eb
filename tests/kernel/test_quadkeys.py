"""Quadkeys: ranges cover their box, nearness is in the prefix, distances are those of the globe."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.kernel.quadkeys import ZOOM, Box, box_around, distance_m, quadkey, ranges, tile

latitudes, longitudes = st.floats(8.0, 23.5), st.floats(102.0, 110.0)
spans = st.floats(0.00001, 2.0)


@st.composite
def boxes(draw) -> Box:
    south, west = draw(latitudes), draw(longitudes)
    return Box(west=west, south=south, east=west + draw(spans), north=south + draw(spans))


@given(boxes(), st.floats(0, 1), st.floats(0, 1), st.integers(1, 40))
def test_each_place_in_the_box_is_in_a_range(box, x, y, most):
    latitude = box.south + y * (box.north - box.south)
    longitude = box.west + x * (box.east - box.west)
    key = quadkey(latitude, longitude)
    assert any(start <= key < end for start, end in ranges(box, most=most))


@given(boxes(), st.integers(1, 40))
def test_ranges_are_few_apart_and_in_order(box, most):
    found = ranges(box, most=most)
    assert 1 <= len(found) <= most
    assert all(start < end for start, end in found)
    assert all(left[1] < right[0] for left, right in itertools.pairwise(found))


@given(latitudes, longitudes, st.integers(0, ZOOM))
def test_a_prefix_is_the_tile_of_a_coarser_zoom(latitude, longitude, zoom):
    def interleaved(x: int, y: int) -> int:
        return sum(((x >> bit & 1) << 2 * bit) | ((y >> bit & 1) << 2 * bit + 1) for bit in range(zoom))

    assert quadkey(latitude, longitude) >> 2 * (ZOOM - zoom) == interleaved(*tile(latitude, longitude, zoom))


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_distance(lat1, lon1, lat2, lon2):
    there, back = distance_m(lat1, lon1, lat2, lon2), distance_m(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back)
    assert there >= 0
    assert distance_m(lat1, lon1, lat1, lon1) == 0


def test_a_distance_that_can_be_looked_up():
    assert distance_m(21.0285, 105.8542, 10.7769, 106.7009) == pytest.approx(1_143_000, rel=0.005)  # Hà Nội – TP HCM


@given(latitudes, longitudes, st.floats(1, 20_000), st.floats(0, 1), st.floats(0, 1))
def test_the_box_holds_the_circle(latitude, longitude, radius, x, y):
    box = box_around(latitude, longitude, radius)
    place = (box.south + y * (box.north - box.south) * 1.2, box.west + x * (box.east - box.west) * 1.2)
    inside = box.south <= place[0] <= box.north and box.west <= place[1] <= box.east
    if distance_m(latitude, longitude, *place) <= radius * 0.999:
        assert inside
