"""Colours that stay with their names and that colour-blind readers can tell apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui.colors import NOISE, OTHER, PALETTE, assign, categories

# Machado, Oliveira & Fernandes 2009, severity 1.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    """Ottosson 2020."""
    cones = np.cbrt(
        rgb
        @ np.array(
            [
                [0.4122214708, 0.2119034982, 0.0883024619],
                [0.5363325363, 0.6806995451, 0.2817188376],
                [0.0514459929, 0.1073969566, 0.6299787005],
            ]
        )
    )
    return cones @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )


def luminance(color):
    return linear(color) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("sight", SIGHT)
def test_every_two_colours_can_be_told_apart(sight):
    seen = [oklab(np.clip(SIGHT[sight] @ linear(c), 0, 1)) for c in (*PALETTE, NOISE)]
    apart = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(apart) > 0.07


@pytest.mark.parametrize("color", [*PALETTE, NOISE, OTHER])
def test_every_colour_stands_out_on_the_light_and_on_the_dark_ground(color):
    light, dark = luminance("#ffffff"), luminance("#0e1117")
    assert (light + 0.05) / (luminance(color) + 0.05) > 1.75
    assert (luminance(color) + 0.05) / (dark + 0.05) > 2.6


def test_the_largest_get_the_first_hues_and_noise_is_always_grey():
    colors = assign(["b", "Noise", "a", "c"], [5, 900, 5, 9])
    assert colors == {"c": PALETTE[0], "a": PALETTE[1], "b": PALETTE[2], "Noise": NOISE}


def test_what_is_beyond_the_palette_is_other():
    names = [f"cluster {i:02}" for i in range(14)]
    colors = assign(names, range(100, 86, -1))
    assert [colors[name] for name in names] == [*PALETTE, OTHER, OTHER, OTHER]


@given(some.permutations([("a", 4), ("b", 3), ("c", 3), ("Noise", 9)]))
def test_the_order_of_the_categories_does_not_change_their_colours(pairs):
    names, counts = zip(*pairs, strict=True)
    assert assign(names, counts) == assign(["a", "b", "c", "Noise"], [4, 3, 3, 9])


@given(some.lists(some.sampled_from([*"abcdefghijklmnop", "Noise"])))
def test_the_legend_counts_every_record_once(values):
    indices, legend = categories(values)
    assert [entry.n_records for entry in legend] == [
        int((indices == i).sum()) for i in range(len(legend))
    ]
    for value, index in zip(values, indices, strict=True):
        name = legend[index].name
        assert name == value or name.startswith("Other (")
        assert legend[index].color == assign_whole(values)[value]


def assign_whole(values):
    names = sorted(set(values))
    return assign(names, [values.count(name) for name in names])
