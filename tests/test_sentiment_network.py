"""The network's arithmetic: slopes are what a small change shows, no text reaches into another, and it can be taught."""

import numpy as np
import pytest

from analysis.sentiment import network

N_FORMS, N_SIDE, N_PLACES, N_CHANNELS = 12, 3, 6, 4


def made(n_texts, *, seed=1):
    """Readings of 1 to 30 tokens, a table of words, and arrays in double precision."""
    rng = np.random.default_rng(seed)
    readings = []
    for _ in range(n_texts):
        n = int(rng.integers(1, 31))
        forms, places = rng.integers(0, N_FORMS, n), rng.integers(0, N_PLACES, (n, 2))
        readings.append(network.Reading(forms, rng.integers(-1, 5, n), places, int(rng.integers(0, n))))
    table = np.vstack((rng.normal(size=(5, N_SIDE)), np.zeros(N_SIDE)))
    arrays = network.new_arrays(N_FORMS, N_SIDE, N_PLACES, N_CHANNELS, rng)
    return readings, table, {name: array.astype(np.float64) for name, array in arrays.items()}


def loss(arrays, batch, classes):
    return -np.log(network.softmax(network.logits(arrays, batch))[np.arange(len(classes)), classes]).sum()


@pytest.mark.parametrize(
    "name", ["forms", "side", "places", "conv", "conv_0", "look", "hidden", "hidden_0", "out", "out_0"]
)
def test_slopes_are_what_a_small_change_of_each_number_shows(name):
    readings, table, arrays = made(5)
    batch, classes = network.pack(readings, table), np.array([0, 1, 2, 0, 1])
    found, trace = network._forward(arrays, batch, lambda _: 1.0)
    slopes = network._backward(arrays, batch, trace, network.softmax(found) - np.eye(3)[classes])
    flat, slope = arrays[name].reshape(-1), slopes[name].reshape(-1)
    for place in np.argsort(-np.abs(slope), kind="stable")[:4]:
        kept, losses = flat[place], []
        for change in (1e-6, -1e-6):
            flat[place] = kept + change
            losses.append(loss(arrays, batch, classes))
        flat[place] = kept
        assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(slope[place], rel=1e-4, abs=1e-7)


def test_a_text_among_others_gets_what_it_gets_alone():
    readings, table, arrays = made(9)
    together = network.logits(arrays, network.pack(readings, table))
    alone = [network.logits(arrays, network.pack([one], table))[0] for one in readings]
    assert together == pytest.approx(np.array(alone), abs=1e-12)


def test_a_settled_network_gives_the_same_logits():
    readings, table, arrays = made(9)
    settled, heard = network.settle(arrays, table)
    assert "side" not in settled
    found = network.logits(settled, network.pack(readings, heard))
    assert found == pytest.approx(network.logits(arrays, network.pack(readings, table)), abs=1e-12)


def test_a_token_far_from_the_target_reaches_it_through_the_view_of_the_whole_only():
    _, table, arrays = made(1)
    one = network.Reading(np.arange(40) % N_FORMS, np.full(40, -1), np.zeros((40, 2), dtype=int), 2)
    layers = [
        network._forward(arrays, network.pack([one._replace(forms=forms)], table), lambda _: 1.0)[1].layers[-1]
        for forms in (one.forms, np.where(np.arange(40) == 39, 0, one.forms))
    ]
    assert layers[0][network.GAP + 2] == pytest.approx(layers[1][network.GAP + 2], abs=0)
    assert np.abs(layers[0][network.GAP + 39] - layers[1][network.GAP + 39]).max() > 0


def test_it_can_be_taught_that_the_word_before_the_target_decides():
    rng = np.random.default_rng(3)
    table = np.zeros((1, N_SIDE))
    readings, classes = [], rng.integers(0, 3, 300)
    for number in classes:
        forms = rng.integers(4, N_FORMS, 10)
        forms[4], forms[5] = number, 3
        readings.append(network.Reading(forms, np.full(10, -1), np.zeros((10, 1), dtype=int), 5))
    arrays = network.new_arrays(N_FORMS, N_SIDE, N_PLACES, 8, rng)
    network.teach(
        arrays, lambda rows: network.pack([readings[row] for row in rows], table.astype(np.float32)),
        np.eye(3, dtype=np.float32)[classes], n_rounds=12, rng=rng, batch_size=16, rate=0.01,
    )  # fmt: skip
    guessed = network.logits(arrays, network.pack(readings, table)).argmax(axis=1)
    assert (guessed == classes).mean() > 0.95
