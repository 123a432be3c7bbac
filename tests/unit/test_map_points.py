"""The way of coordinates to the browser, and of an outline to rows."""

import asyncio

import httpx
import numpy as np
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from pages.ui import points as module
from pages.ui.colors import categories
from pages.ui.map import show_map
from pages.ui.points import keep, publish, routes, url
from pages.ui.strokes import Stroke, read_stroke, rows_inside, rows_selected

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))


def some_points(n_records=3, shift=0.0):
    coordinates = np.arange(2 * n_records, dtype=np.float32).reshape(-1, 2) + np.float32(shift)
    return coordinates, np.arange(n_records, dtype=np.uint8)


def fetched(address):
    async def get():
        transport = httpx.ASGITransport(app=Starlette(routes=routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://map") as client:
            return await client.get(address)

    return asyncio.run(get())


def test_the_browser_gets_all_x_then_all_y_then_the_categories():
    coordinates, colors = some_points()
    points = publish(coordinates, colors)
    sent = np.frombuffer(fetched(url(points.coordinates_token)).content, dtype="<f4")
    assert sent.tolist() == [0, 2, 4, 1, 3, 5]
    assert fetched(url(points.colors_token)).content == b"\x00\x01\x02"


def test_an_answer_may_be_kept_by_this_browser_and_by_nobody_else():
    headers = fetched(url(publish(*some_points()).coordinates_token)).headers
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("token", ["unknown", "..%2F..%2Fetc%2Fpasswd", "a.b"])
def test_an_unknown_token_is_not_found(token):
    assert fetched(f"/points/{token}.bin").status_code == 404


def test_a_token_cannot_be_guessed_and_says_nothing_about_the_points():
    tokens = {publish(*some_points(shift=i)).coordinates_token for i in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 32 for token in tokens)


def test_equal_points_keep_their_name_and_a_recoloured_map_keeps_its_coordinates():
    coordinates, colors = some_points()
    first, same = publish(coordinates, colors), publish(coordinates.copy(), colors.copy())
    recolored = publish(coordinates, colors[::-1].copy())
    assert same.coordinates_token == first.coordinates_token
    assert recolored.coordinates_token == first.coordinates_token
    assert recolored.colors_token != first.colors_token


def test_points_are_copies_that_nobody_can_write_to():
    coordinates, colors = some_points()
    points = publish(coordinates, colors)
    coordinates[0, 0] = 99
    assert points.coordinates[0, 0] == 0
    assert not points.coordinates.flags.writeable
    assert not points.colors.flags.writeable


def test_what_was_forgotten_is_back_under_its_old_name_when_it_is_shown_again(monkeypatch):
    monkeypatch.setattr(module, "_SHELF", module._Shelf(max_bytes=100))
    old = publish(*some_points())
    for i in range(1, 10):
        publish(*some_points(shift=i))
    assert fetched(url(old.coordinates_token)).status_code == 404
    keep(old)
    assert fetched(url(old.coordinates_token)).status_code == 200
    assert sum(map(len, module._SHELF._contents.values())) <= 100


def test_under_a_base_path_the_address_and_the_route_move_together(monkeypatch):
    monkeypatch.setattr(st, "get_option", lambda name: "/team/map/")
    points = publish(*some_points())
    assert url(points.colors_token).startswith("/team/map/points/")
    assert fetched(url(points.colors_token)).status_code == 200


@pytest.mark.parametrize(
    ("coordinates", "colors", "complaint"),
    [
        (np.zeros((3, 3), np.float32), np.zeros(3, np.uint8), "coordinates must be float32"),
        (np.zeros((3, 2)), np.zeros(3, np.uint8), "got float64"),
        (np.zeros((3, 2), np.float32), np.zeros(2, np.uint8), r"shape \(3,\)"),
        (np.zeros((3, 2), np.float32), np.zeros(3, np.int64), "uint8 or uint16"),
        (np.full((3, 2), np.nan, np.float32), np.zeros(3, np.uint8), "must be finite"),
    ],
)
def test_what_cannot_be_drawn_is_refused(coordinates, colors, complaint):
    with pytest.raises(ValueError, match=complaint):
        publish(coordinates, colors)


def test_an_empty_map_can_be_published():
    points = publish(np.zeros((0, 2), np.float32), np.zeros(0, np.uint8))
    assert len(points) == 0
    assert rows_inside(points.coordinates, SQUARE).tolist() == []


def test_only_what_lies_inside_the_outline_is_inside():
    coordinates = np.float32([[1, 1], [5, 1], [1, -1], [3.9, 3.9], [4.1, 3.9]])
    assert rows_inside(coordinates, SQUARE).tolist() == [True, False, False, True, False]


def test_the_middle_of_a_five_pointed_star_is_outside():
    angles = np.pi / 2 + np.arange(5) * 4 * np.pi / 5
    star = list(zip(np.cos(angles), np.sin(angles), strict=True))
    coordinates = np.float32([[0, 0], [0, 0.8], [0, -0.6]])
    assert rows_inside(coordinates, star).tolist() == [False, True, False]


eighth = some.integers(-40, 40).map(lambda value: value / 8)
corner = some.tuples(eighth, eighth)


@given(
    arrays(np.float32, (40, 2), elements=some.floats(-6, 6, width=32)),
    some.lists(corner, min_size=3, max_size=12),
)
def test_rows_inside_agree_with_counting_crossings_one_by_one(coordinates, outline):
    found = rows_inside(coordinates, outline)
    for (x, y), inside in zip(coordinates.astype(float).tolist(), found, strict=True):
        crossings, clearance = 0, np.inf
        for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True):
            along = np.hypot(bx - ax, by - ay) or 1.0
            nearest = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / along**2, 0, 1)
            away = np.hypot(x - ax - nearest * (bx - ax), y - ay - nearest * (by - ay))
            clearance = min(clearance, away)
            if (ay > y) != (by > y):
                crossings += x < ax + (bx - ax) * (y - ay) / (by - ay)
        assert clearance < 1e-5 or inside == (crossings % 2 == 1)


def test_strokes_are_followed_in_order():
    coordinates = np.float32([[1, 1], [3, 1], [9, 9]])
    left = tuple((x / 2, y) for x, y in SQUARE)
    far = tuple((x + 8, y + 8) for x, y in SQUARE)
    strokes = [Stroke(SQUARE), Stroke(left, "subtract"), Stroke(far, "add")]
    assert rows_selected(coordinates, strokes).tolist() == [False, True, True]
    assert rows_selected(coordinates, [*strokes, Stroke(left)]).tolist() == [True, False, False]
    assert rows_selected(coordinates, []).tolist() == [False, False, False]


def page_with_a_map():
    import numpy as np
    import streamlit as st

    from pages.ui.colors import categories
    from pages.ui.map import show_map
    from pages.ui.points import publish

    colors, legend = categories(["a", "b", "b"])
    points = publish(np.float32([[0, 0], [1, 1], [2, 2]]), colors)
    event = show_map(points, key="map", legend=legend, mask=np.ones(3, bool), text_of=str)
    st.text(f"{len(event.strokes)} strokes, clicked {event.clicked}")


def test_a_page_shows_the_map_and_can_be_given_a_selection():
    app = AppTest.from_function(page_with_a_map)
    app.session_state["map:strokes"] = (Stroke(SQUARE), Stroke(SQUARE, "add"))
    app.run()
    assert not app.exception
    assert app.text[0].value == "2 strokes, clicked None"


@pytest.mark.parametrize(
    ("n_mask", "n_legend", "complaint"),
    [(4, 2, r"mask must be of shape \(3,\), got \(4,\)"), (3, 1, "category 1 has no row")],
)
def test_a_mask_or_a_legend_that_does_not_fit_is_refused(n_mask, n_legend, complaint):
    colors, legend = categories(["a", "b", "b"])
    points = publish(some_points()[0], colors)
    with pytest.raises(ValueError, match=complaint):
        show_map(points, key="map", legend=legend[:n_legend], mask=np.ones(n_mask, bool))


@pytest.mark.parametrize(
    "event",
    [
        {"mode": "replace", "vertices": [[0, 0], [1, 1]]},
        {"mode": "replace", "vertices": [[0, 0]] * 201},
        {"mode": "erase", "vertices": [[0, 0], [1, 0], [1, 1]]},
        {"mode": "add", "vertices": [[0, 0], [1, 0], [1, float("nan")]]},
        {"mode": "add", "vertices": [[0, 0], [1, 0], ["1", 1]]},
        {"mode": "add", "vertices": "everything"},
        {},
    ],
)
def test_an_outline_that_no_map_draws_is_not_taken(event):
    assert read_stroke(event) is None
