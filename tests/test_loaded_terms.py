"""Terms stand where a reader would mark them: forms, spellings, names, negation, sentences; and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import loaded_terms, schema
from analysis.loaded_terms import find_hits, find_loaded_terms, mark_scare, matcher, read_lexicon
from analysis.loaded_terms.context import fits, is_negated
from analysis.loaded_terms.inflection import adverb, forms, spellings
from tests.growth import LIMIT, growth


def small(*rows: dict[str, object]) -> pd.DataFrame:
    """A lexicon of a few rows; what is not given is empty."""
    empty: dict[str, object] = dict.fromkeys(loaded_terms.COLUMNS, "")
    empty |= {"pos": "any", "category": "c", "layer": "loaded", "strength": 2}
    return pd.DataFrame([{**empty, **row} for row in rows]).astype({"entry": "str", "layer": "str"})


def surfaces(text: str, lexicon: pd.DataFrame | None = None, layer: str = "loaded") -> list[str]:
    """What was hit in one sentence, in the order of the text."""
    ready = matcher(lexicon)
    hits = find_hits(text, [(0, len(text))], ready)
    return [text[hit.start : hit.end] for hit in hits if ready.layers[hit.entry] == layer]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The regime's thugs slammed it.", ["regime", "thugs", "slammed"]),
        ("He was slamming the so-called reform.", ["slamming", "so-called"]),
        ("They demonised and demonized him.", ["demonised", "demonized"]),
        ("A far-right and a far right speaker.", ["far-right", "far right"]),
        ("Hard-liners and hardliners, that is.", ["Hard-liners", "hardliners"]),
        ("The army calls it collateral damage.", ["collateral damage"]),
        ("She rammed the bill through.", ["rammed the bill through"]),
        ("A terror\u00adist group.", ["terror\u00adist"]),
        ("A ‘terrorist’ group, the “regime’s” word.", ["terrorist", "regime"]),
        ("SHAMEFUL TERRORISTS", ["SHAMEFUL", "TERRORISTS"]),
    ],
)
def test_forms_spellings_hyphens_and_marks(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "He hit a grand slam.",
        "The Islamic State and the National Security Council met.",
        "A spokesman for the Extremist Research Institute.",
        "They called for regime change in the tax regime.",
        "The Great Depression began in 1929.",
        "In the secure routine, security came routinely.",
        "Toxic waste and crude oil.",
        "A survivor of a Nazi concentration camp, she is lactose intolerant.",
        "Heavy traffic in Boston slowed the men with their torches.",
        "The bill outlaws it, said a man in the grandstands.",
        "All have the right to work and rest.",
        "He said it had been so.",
    ],
)
def test_names_fixed_phrases_and_other_words_are_not_hit(text: str) -> None:
    assert surfaces(text) == []


def test_a_thing_is_not_hit_in_the_layer_watch_either() -> None:
    assert surfaces("The rocket left its launching pad.", layer="watch") == []
    assert surfaces("They padded the bill.", layer="watch") == ["padded"]


def test_the_longest_entry_wins_and_hits_do_not_overlap() -> None:
    lexicon = small(
        {"entry": "strike", "pos": "noun"}, {"entry": "surgical strike", "pos": "noun"}, {"entry": "surgical"}
    )
    assert surfaces("A surgical strike, a strike, a surgical mask.", lexicon) == [
        "surgical strike",
        "strike",
        "surgical",
    ]


def test_an_exception_masks_only_itself() -> None:
    lexicon = small({"entry": "flood", "pos": "noun", "exceptions": "flood insurance | flash flood"})
    assert surfaces("A flood of people bought flood insurance after a flash flood.", lexicon) == ["flood"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She hacks the lock.", []),
        ("They hack it to pieces.", []),
        ("A hack wrote it.", ["hack"]),
        ("Two hacks wrote it.", ["hacks"]),
        ("He wanted to hack it.", []),
        ("They let hacks write it.", ["hacks"]),
    ],
)
def test_a_noun_is_not_its_verb(text: str, expected: list[str]) -> None:
    assert surfaces(text, small({"entry": "hack", "pos": "noun"})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The slam was loud.", []),
        ("Critics slam him.", ["slam"]),
        ("To slam him.", ["slam"]),
        ("He slammed.", ["slammed"]),
    ],
)
def test_a_verb_is_not_its_noun(text: str, expected: list[str]) -> None:
    assert surfaces(text, small({"entry": "slam", "pos": "verb"})) == expected


def test_words_of_one_entry_may_be_parted_by_space_or_hyphen_and_not_by_a_comma() -> None:
    lexicon = small({"entry": "puppet master", "pos": "noun"})
    assert surfaces("A puppet-master.", lexicon) == ["puppet-master"]
    assert surfaces("A puppet  master.", lexicon) == ["puppet  master"]
    assert surfaces("A puppet, master.", lexicon) == []


def test_a_gap_takes_three_words_at_most() -> None:
    lexicon = small({"entry": "ram through", "pattern": "ram+ * through"})
    assert surfaces("They rammed it all so through.", lexicon) == ["rammed it all so through"]
    assert surfaces("They rammed it all so fast through.", lexicon) == []


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("He is a terrorist.", False),
        ("He is not a terrorist.", True),
        ("He isn't really a terrorist.", True),
        ("He is no terrorist.", True),
        ("Not only terrorists came.", False),
        ("No doubt a terrorist.", False),
        ("It is not new, terrorists say.", False),
        ("Not one of the old and many terrorists came.", False),
    ],
)
def test_a_negation_is_kept_and_marked(text: str, negated: bool) -> None:
    hits = find_hits(text, [(0, len(text))], matcher(small({"entry": "terrorist", "pos": "noun"})))
    assert [hit.is_negated for hit in hits] == [negated]


def test_capitals_make_a_name_in_a_sentence_and_not_in_a_headline() -> None:
    lexicon = small({"entry": "radical", "pos": "adj"})
    assert surfaces("He joined the Radical Book Fair in town last week.", lexicon) == []
    assert surfaces("Radical Judge Slams Court", lexicon) == ["Radical"]
    assert surfaces("He met a Radical there.", lexicon) == ["Radical"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met on March 2.", []),
        ("March 2 was a Friday; in March nothing happened.", []),
        ("People march and marched.", ["march", "marched"]),
        ("March with us, they said.", ["March"]),
        ("He met March in town.", []),
        ("We all know of Fredric March. March won.", []),
        ("He met March there. March on, he said, and they march.", ["March", "march"]),
        ("He called it “March” and “march”.", ["March", "march"]),
        ("They MARCH now.", ["MARCH"]),
    ],
)
def test_a_capital_inside_a_sentence_makes_a_name_of_a_common_word(text: str, expected: list[str]) -> None:
    ready = matcher(small({"entry": "march", "pos": "verb"}))
    ends = [match.end() for match in re.finditer(r"\. |$", text)]
    sentences = list(zip([0, *ends], ends))
    assert [text[hit.start : hit.end] for hit in find_hits(text, sentences, ready)] == expected


def test_ones_own_list_without_parts_of_speech_may_hold_names() -> None:
    assert surfaces("They met Obama on Friday.", small({"entry": "obama"})) == ["Obama"]


def test_names_keep_their_capitals() -> None:
    lexicon = small({"entry": "MAGA", "pos": "name"})
    assert surfaces("The MAGA hat, the maga hat.", lexicon) == ["MAGA"]


def test_no_hit_crosses_a_sentence() -> None:
    text = "It was a puppet. Master plans failed."
    lexicon = small({"entry": "puppet master", "pos": "noun"})
    assert find_hits(text, [(0, 16), (17, len(text))], matcher(lexicon)) == []
    assert surfaces("puppet master", lexicon) == ["puppet master"]


def _two_articles() -> tuple[pd.DataFrame, pd.DataFrame]:
    texts = {"a": "The regime fell. Thugs — “terrorists” — fled.", "b": "A quiet day. A\u00a0brutal night."}
    articles = pd.DataFrame({"article_id": list(texts), "text": list(texts.values())})
    sentences = pd.DataFrame(
        [("a", 0, 0, 16), ("a", 1, 17, len(texts["a"])), ("b", 0, 0, 12), ("b", 1, 13, len(texts["b"]))],
        columns=["article_id", "sentence_no", "start", "end"],
    )
    return articles, sentences


def test_the_table_points_into_the_text_as_received() -> None:
    articles, sentences = _two_articles()
    hits = find_loaded_terms(articles, sentences)
    assert list(hits.columns) == list(loaded_terms.HIT_COLUMNS)
    assert schema.surfaces_hold(articles, hits)
    assert hits[["article_id", "hit_no", "surface", "sentence_no"]].values.tolist() == [
        ["a", 0, "regime", 0],
        ["a", 1, "Thugs", 1],
        ["a", 2, "terrorists", 1],
        ["b", 0, "brutal", 1],
    ]


def test_no_articles_and_no_hits_give_the_same_columns() -> None:
    articles, sentences = _two_articles()
    empty = find_loaded_terms(articles.iloc[:0], sentences.iloc[:0])
    nothing = find_loaded_terms(articles, sentences, lexicon=small({"entry": "zebra"}))
    assert len(empty) == len(nothing) == 0
    assert empty.dtypes.to_dict() == nothing.dtypes.to_dict() == find_loaded_terms(articles, sentences).dtypes.to_dict()


@pytest.mark.parametrize(
    ("quotation", "voice", "expected"),
    [
        ('"terrorists"', "scare", True),
        ("“terrorists”", "quoted", True),
        ("‘mere terrorists,’", "quoted", True),
        ("“Terrorists,”", "quoted", False),  # a sentence of its own, a title or a name
        ("“9 terrorists”", "quoted", False),
        ("“four terrorists at large”", "quoted", False),
        ("terrorists", "quoted", False),  # the rest of a longer quotation: no mark before it
        ("“terrorists”", "reported", False),
    ],
)
def test_a_few_words_in_marks_are_scare_quoted_whoever_is_credited(quotation: str, voice: str, expected: bool) -> None:
    text = f"He called them {quotation} then."
    start, end = 15, 15 + len(quotation)
    words = len(re.findall(r"\w+", quotation))
    rows = [("narrator", 0, start, 3), (voice, start, end, words), ("narrator", end, len(text), 1)]
    voices = pd.DataFrame(rows, columns=["voice", "start", "end", "n_words"]).assign(article_id="a")
    articles = pd.DataFrame({"article_id": ["a"], "text": [text]})
    sentences = pd.DataFrame({"article_id": ["a"], "sentence_no": [0], "start": [0], "end": [len(text)]})
    hits = find_loaded_terms(articles, sentences, lexicon=small({"entry": "terrorist", "pos": "noun"}))
    marked = mark_scare(hits.assign(voice=voice, attribution_no=None), articles, voices)
    schema.check("hits", marked)
    assert marked["is_scare_quoted"].tolist() == [expected]


def test_a_lexicon_changed_in_place_is_compiled_again() -> None:
    lexicon = small({"entry": "zebra"}, {"entry": "gnu"})
    assert surfaces("A zebra and a gnu.", lexicon) == ["zebra", "gnu"]
    lexicon.loc[0, "layer"] = "watch"
    assert surfaces("A zebra and a gnu.", lexicon) == ["gnu"]
    assert matcher(lexicon) is matcher(lexicon)


@pytest.mark.parametrize(
    ("word", "pos", "expected"),
    [
        ("slam", "verb", {"slam", "slams", "slammed", "slamming"}),
        ("steal", "verb", {"steal", "steals", "stole", "stolen", "stealing"}),
        ("bully", "verb", {"bully", "bullies", "bullied", "bullying"}),
        ("lie", "verb", {"lie", "lies", "lied", "lying"}),
        ("panic", "verb", {"panic", "panics", "panicked", "panicking"}),
        ("rebut", "verb", {"rebut", "rebuts", "rebutted", "rebutting"}),
        ("foment", "verb", {"foment", "foments", "fomented", "fomenting"}),
        ("free", "verb", {"free", "frees", "freed", "freeing"}),
        ("crisis", "noun", {"crisis", "crises"}),
        ("thief", "noun", {"thief", "thieves"}),
        ("witch", "noun", {"witch", "witches"}),
        ("ugly", "adj", {"ugly", "uglier", "ugliest"}),
        ("grim", "adj", {"grim", "grimmer", "grimmest"}),
        ("brutal", "adj,adv", {"brutal", "brutally"}),
        ("defense", "noun", {"defense", "defenses", "defence", "defences"}),
    ],
)
def test_inflection(word: str, pos: str, expected: set[str]) -> None:
    assert forms(word, pos) == expected


@pytest.mark.parametrize(
    ("adjective", "expected"),
    [
        ("absurd", "absurdly"),
        ("horrific", "horrifically"),
        ("angry", "angrily"),
        ("terrible", "terribly"),
        ("full", "fully"),
        ("sole", "solely"),
    ],
)
def test_adverbs(adjective: str, expected: str) -> None:
    assert adverb(adjective) == expected


def test_spellings_go_both_ways() -> None:
    assert "rumor" in spellings("rumour") and "rumour" in spellings("rumor")
    assert forms("criticise", "verb") == forms("criticize", "verb")


def test_neighbours_decide_only_where_they_speak() -> None:
    assert fits(frozenset({"verb"}), "hack", "", "")
    assert fits(frozenset({"noun"}), "hack", "", "")
    assert fits(frozenset({"adj"}), "evil", "an", "plan")
    assert not is_negated([], 0)


def test_the_table_of_every_entry_of_ours_can_be_met() -> None:
    """An entry that nothing can hit is dead weight: each is met in a sentence that consists of it."""
    ready = matcher()
    lexicon = read_lexicon()
    missed = []
    for number, (entry, pattern) in enumerate(zip(lexicon["entry"], lexicon["pattern"], strict=True)):
        ways = (pattern or entry.split(" (")[0]).split("|")
        words = [
            " ".join("thing" if word == "*" else word.split("/")[0].replace("+", "") for word in way.split())
            for way in ways
        ]
        texts = [f"{lead}{way}." for way in words for lead in ("", "they ", "the ", "a lot of ")]
        if not any(hit.entry == number for text in texts for hit in find_hits(text, [(0, len(text))], ready)):
            missed.append(entry)
    assert missed == []


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("terrorist regime’'“”-\u00ad\u200b.,\n so-called NOT not Äß1"), max_size=120))
def test_offsets_hold_on_any_text(text: str) -> None:
    hits = find_hits(text, [(0, len(text))], matcher())
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(left.end <= right.start for left, right in pairwise(hits))


@pytest.mark.parametrize(
    "piece", ["terrorist ", "rammed it ", "not a regime, ", "A-", "the ", "a" * 50, "throw under "]
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    ready = matcher()

    def prepare(size: int) -> Callable[[], object]:
        text = piece * (size // len(piece))
        return partial(find_hits, text, [(0, len(text))], ready)

    assert growth(prepare, 200_000, 1_600_000) < LIMIT  # both larger than a processor's near caches
