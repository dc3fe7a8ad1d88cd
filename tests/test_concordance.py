"""A concordance shows each stretch of text in place, as it stands there, with nothing invented around it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.concordance import COLUMNS, concordance, sample
from analysis.errors import SchemaError

TEXT = "The regime moved.\n\nA spokesman\tsaid the strategic  base was safe."


def articles(text=TEXT):
    return pd.DataFrame({"article_id": ["a1"], "outlet": ["Ledger"], "text": [text]})


def rows(*spans, **columns):
    frame = pd.DataFrame(spans, columns=["start", "end"])
    return frame.assign(article_id="a1", **columns)


def test_a_line_reads_as_the_text_does():
    start = TEXT.index("strategic")
    line = concordance(articles(), rows((start, start + 9), term_id="strategic", voice="reported"), width=20).iloc[0]
    assert line[list(COLUMNS)].tolist() == [
        "a1", start, start + 9, "spokesman said the ", "strategic", " base was safe.", "strategic",
    ]  # fmt: skip
    assert (line["outlet"], line["voice"]) == ("Ledger", "reported")


def test_ends_of_the_text_are_no_context():
    line = concordance(articles(), rows((0, 3))).iloc[0]
    assert (line["pre"], line["keyword"], line["pattern"]) == ("", "The", "")
    last = concordance(articles(), rows((len(TEXT) - 1, len(TEXT)))).iloc[0]
    assert (last["post"], last["keyword"]) == ("", ".")


def test_rows_keep_their_order_and_number():
    out = concordance(articles(), rows((21, 30), (0, 3), (4, 10)))
    assert out["keyword"].tolist() == ["spokesman", "The", "regime"]
    assert concordance(articles(), rows()).columns.tolist()[:7] == list(COLUMNS)


@pytest.mark.parametrize("span", [(-1, 3), (5, 4), (0, len(TEXT) + 1)])
def test_a_row_outside_its_text_is_named(span):
    with pytest.raises(SchemaError, match=r"row 0 points to 'a1'"):
        concordance(articles(), rows(span))
    with pytest.raises(SchemaError, match="'zz'"):
        concordance(articles(), rows((0, 3)).assign(article_id="zz"))


@settings(max_examples=100)
@given(st.text(alphabet="ab \n\té“", min_size=1, max_size=60), st.data())
def test_context_never_leaves_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    line = concordance(articles(text), rows((start, end)), width=8).iloc[0]
    squeezed = " ".join(text.split())
    whole = " ".join((line["pre"] + line["keyword"] + line["post"]).split())
    assert whole.replace(" ", "") in squeezed.replace(" ", "")
    assert len(line["pre"]) <= 9 and len(line["post"]) <= 9


def test_samples_are_seeded_and_in_order():
    frame = pd.DataFrame({"x": range(100)})
    once, twice = sample(frame, 10, 7), sample(frame, 10, 7)
    assert once["x"].tolist() == twice["x"].tolist() == sorted(once["x"])
    assert len(sample(frame.head(4), 10, 7)) == 4
