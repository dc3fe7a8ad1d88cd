"""Agreement within events is what a hand count says it is, and its limits hold the truth as often as they promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gold import Basil
from analysis.validation.events import article_gold, order_gain, order_within_events


def test_pairs_and_ranks_are_counted_by_hand() -> None:
    """Event a: one of three pairs turned round; event b: the measure sees nothing; event c: people see nothing."""
    table = pd.DataFrame(
        [
            ("a", 1.0, 1), ("a", 3.0, 2), ("a", 2.0, 3),
            ("b", 5.0, 1), ("b", 5.0, 2),
            ("c", 1.0, 4), ("c", 2.0, 4),
        ],
        columns=["event", "value", "truth"],
    )  # fmt: skip
    found = order_within_events(table, value="value", truth="truth")
    assert found.n_events == 2
    assert found.n_pairs == 4
    assert found.pairs == pytest.approx((2 + 0.5) / 4)
    assert found.rank == pytest.approx((0.5 + 0) / 2)  # 1 - 6 * 2 / (3 * 8) in event a


def test_a_measure_gains_nothing_over_itself_and_all_over_its_opposite() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"event": np.repeat(list("abcdefgh"), 3), "truth": rng.permutation(24).astype(float)})
    table["value"], table["opposite"] = table["truth"] * 2, -table["truth"]
    same = order_gain(table, value="value", other="value", truth="truth")
    assert (same.pairs, same.pairs_low, same.pairs_high) == (0, 0, 0)
    turned = order_gain(table, value="value", other="opposite", truth="truth")
    assert (turned.pairs, turned.rank) == (1, 2)


def test_judgements_toward_several_entities_are_not_mixed() -> None:
    """Two articles, two entities, opposite judgements: each entity has its own pair, the event is one unit."""
    table = pd.DataFrame(
        [("a", "x", 1.0, 1), ("a", "x", 2.0, -1), ("a", "y", 1.0, -1), ("a", "y", 2.0, 1)],
        columns=["event", "entity", "value", "truth"],
    )
    found = order_within_events(pd.concat([table, table.assign(event="b")]), value="value", truth="truth")
    assert (found.n_events, found.n_pairs, found.pairs) == (2, 4, 0.5)


def test_chance_lies_within_the_limits_as_often_as_promised() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(200):
        table = pd.DataFrame({"event": np.repeat(np.arange(30), 3), "value": rng.random(90), "truth": rng.random(90)})
        found = order_within_events(table, value="value", truth="truth")
        hits += found.pairs_low <= 0.5 <= found.pairs_high
    assert 0.91 <= hits / 200 <= 0.985


def test_what_coders_marked_is_counted_per_article() -> None:
    articles = pd.DataFrame(
        [("1", "e", "fox", "right"), ("2", "e", "nyt", "center")],
        columns=["article_id", "event", "outlet", "relative_stance"],
    )
    spans = pd.DataFrame(
        [("1", "lexical", False), ("1", "lexical", True), ("1", "informational", False)],
        columns=["article_id", "bias", "is_quote"],
    )
    empty = pd.DataFrame()
    found = article_gold(Basil(articles, empty, spans, empty, 0), pd.Series({"1": 500, "2": 100}))
    assert found.loc["1", ["lexical", "lexical_unquoted", "informational"]].tolist() == [4, 2, 2]
    assert found.loc["2", ["lexical", "n_lexical", "slant"]].tolist() == [0, 0, 0]
    assert found.loc["1", "stance"] == 2
