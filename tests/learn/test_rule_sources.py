"""The word rules as a machine looks at them."""

import pytest

from csqa.learn.rule_sources import ask_fishbone, ask_lexicon, list_ids, read_fishbone, read_lexicon

pytest.importorskip("csqa.engine.cause_scan", reason="the fishbone rules are not merged yet")
pytest.importorskip("csqa.engine.sentiment_blocks", reason="the lexicon is not merged yet")


def test_a_cause_brings_its_bone():
    fishbone = read_fishbone(None)
    hits = ask_fishbone(fishbone)(["几个部门互相推诿，没人管", "你好"])
    assert {"handover", "process"} <= hits[0]
    assert hits[1] == set()


def test_labels_may_be_causes_or_bones():
    ids = list_ids(read_fishbone(None))
    assert {"handover", "process", "people", "environment"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_lexicon_gives_one_class():
    assert ask_lexicon(read_lexicon(None))(["态度太差了", "您好"]) == [{"negative"}, {"neutral"}]


def test_what_is_read_stays_as_it_is():
    fishbone = read_fishbone(None)
    assert read_fishbone(fishbone) is fishbone
