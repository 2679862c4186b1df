"""New phrases and suggestions: planted ones are found, halves of the same are not."""

import itertools
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.cause_results import NO_CAUSE, RISING_COLUMNS, SUGGESTION_COLUMNS
from csqa.emerging import find_rising, suggest_causes
from csqa.engine.phrase_miner import mine_phrases
from csqa.engine.topic_groups import factorise, weigh_phrases
from csqa.rules.fishbone import read_fishbone
from csqa.show.emerging import show_rising, show_suggestions

OPENINGS = ("昨天", "上周买的，", "我家", "客服说", "请问", "这次", "", "师傅来了以后")
SUBJECTS = ("发票没开", "快递太慢", "空调噪音大", "退款没到账", "优惠券用不了", "屏幕有划痕")
ENDINGS = ("怎么办", "很失望", "", "求解释", "已经三次", "，谢谢", "真烦人")


def make_texts(rng: np.random.Generator, count: int, prefix: str = "C") -> pd.DataFrame:
    """Complaints put together from parts."""
    rows = []
    for number in range(count):
        parts = [rng.choice(part) for part in (OPENINGS, SUBJECTS, ENDINGS)]
        rows.append((f"{prefix}{number:04d}", "".join(parts)))
    return pd.DataFrame(rows, columns=["case_id", "text"])


def plant(texts: pd.DataFrame, words: str, every: int) -> pd.DataFrame:
    """Put words into every so-manieth text."""
    chosen = np.arange(len(texts)) % every == 0
    return texts.assign(text=texts["text"].where(~chosen, texts["text"] + words))


class TestMiner:
    def test_phrases_are_whole(self):
        texts = make_texts(np.random.default_rng(1), 400)["text"].tolist()
        found = set(mine_phrases(texts).places)
        assert {"发票没开", "空调噪音大", "优惠券用不了"} <= found
        assert "票没" not in found
        assert "券用不" not in found

    def test_letters_are_words_and_digits_part(self):
        texts = [f"订单{number} wifi 连不上" for number in range(20)]
        found = mine_phrases(texts).places
        assert "wifi" in found
        assert not any(character.isdigit() for phrase in found for character in phrase)

    def test_long_and_empty_texts(self):
        assert mine_phrases([]).places == {}
        assert mine_phrases(["", "。。。", "装" * 100_000]).places == {}


class TestRising:
    def test_what_is_planted_and_nothing_else(self):
        rng = np.random.default_rng(2)
        now = plant(make_texts(rng, 300, "N"), "，安装改期没人通知", 6)
        found = find_rising(now, make_texts(rng, 900, "B"))
        assert found.columns.tolist() == list(RISING_COLUMNS)
        assert found["phrase"].str.contains("安装改期|通知|改期").all()
        first = found.iloc[0]
        assert (first["cases"], first["cases_before"]) == (50, 0)
        assert first["change_lower"] > 0.1
        assert set(first["examples"].split()) <= set(now["case_id"])

    def test_halves_of_the_same_seldom_rise(self):
        """At a rate of 5 %, some phrase rises in at most so many of 40 pairs of halves."""
        rng, named = np.random.default_rng(3), 0
        for _ in range(40):
            texts = make_texts(rng, 400)
            named += len(find_rising(texts.iloc[::2], texts.iloc[1::2])) > 0
        assert named <= 5

    def test_cases_are_counted_not_mentions(self):
        again = pd.DataFrame({"case_id": "X", "text": ["外机嗡嗡响"] * 50})
        assert find_rising(again, make_texts(np.random.default_rng(4), 50)).empty

    def test_nothing_to_compare_with(self):
        texts = make_texts(np.random.default_rng(5), 50)
        assert find_rising(texts, texts.head(0)).empty
        assert find_rising(texts.head(0), texts).empty

    def test_order_of_rows_does_not_matter(self):
        rng = np.random.default_rng(6)
        now = plant(make_texts(rng, 200, "N"), "，遥控器失灵", 5)
        before = make_texts(rng, 200, "B")
        pd.testing.assert_frame_equal(
            find_rising(now, before),
            find_rising(now.sample(frac=1, random_state=1), before.iloc[::-1]),
        )

    def test_personal_data_is_no_phrase(self):
        now = pd.DataFrame({"case_id": [f"N{i}" for i in range(30)]})
        now["text"] = "打我电话13812345678，邮箱 zhang.san@example.com"
        found = find_rising(now, make_texts(np.random.default_rng(7), 60))
        assert not found["phrase"].str.contains(r"\d|example|zhang").any()

    def test_rate_is_a_share(self):
        texts = make_texts(np.random.default_rng(5), 10)
        with pytest.raises(csqa.RuleError, match="`rate` 应在 0 与 1 之间"):
            find_rising(texts, texts, rate=1)


class TestSuggestions:
    def untagged(self, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        texts = plant(make_texts(rng, 200), "，外机嗡嗡响", 4)
        causes = texts[["case_id"]].assign(bone=NO_CAUSE, cause=NO_CAUSE)
        return texts, causes

    def test_what_is_planted_is_suggested(self):
        found = suggest_causes(*self.untagged(np.random.default_rng(8)))
        assert found.columns.tolist() == list(SUGGESTION_COLUMNS)
        named = set(itertools.chain.from_iterable(found["phrases"].str.split("、")))
        assert any("嗡嗡响" in one for one in named)
        assert found["cases"].is_monotonic_decreasing

    def test_tagged_cases_are_left_alone(self):
        texts, causes = self.untagged(np.random.default_rng(9))
        buzzing = set(texts.loc[texts["text"].str.contains("嗡嗡"), "case_id"])
        tagged = causes["case_id"].isin(buzzing)
        found = suggest_causes(texts, causes.assign(cause=causes["cause"].mask(tagged, "noise")))
        assert not found["phrases"].str.contains("嗡嗡").any()

    def test_the_same_texts_give_the_same(self):
        texts, causes = self.untagged(np.random.default_rng(10))
        again = suggest_causes(texts.sample(frac=1, random_state=2), causes)
        pd.testing.assert_frame_equal(suggest_causes(texts, causes), again)

    def test_a_snippet_can_be_put_into_a_fishbone(self, tmp_path: Path):
        found = suggest_causes(*self.untagged(np.random.default_rng(8)))
        path = tmp_path / "fishbone.yml"
        path.write_text("extends: shipped\ncauses:\n" + found["snippet"].iloc[0], "utf-8")
        own = read_fishbone(path)
        assert len(own.ids) == len(read_fishbone().ids) + 1

    def test_hostile_texts_stay_text(self, tmp_path: Path):
        bad = [
            "'}]\n- id: evil",
            "{{7*7}}",
            "</pre><script>alert(1)</script>",
            None,
            3.5,
            "装" * 9999,
        ]
        texts = pd.DataFrame({"case_id": [f"C{i}" for i in range(60)], "text": bad * 10})
        causes = texts[["case_id"]].assign(bone=NO_CAUSE, cause=NO_CAUSE)
        found = suggest_causes(texts, causes)
        path = tmp_path / "fishbone.yml"
        path.write_text("extends: shipped\ncauses:\n" + "".join(found["snippet"]), "utf-8")
        assert "evil" not in read_fishbone(path).ids
        assert "<script>" not in show_suggestions(found).html

    def test_nothing_untagged(self):
        texts, causes = self.untagged(np.random.default_rng(8))
        found = suggest_causes(texts, causes.assign(cause="charges"))
        assert found.empty
        assert "没有反复出现" in show_suggestions(found).text
        with pytest.raises(csqa.RuleError, match="`topics` 应为 1 到 15"):
            suggest_causes(texts, causes, topics=16)


class TestFactorisation:
    def test_as_good_as_scikit_learn(self):
        decomposition = pytest.importorskip(
            "sklearn.decomposition", reason="scikit-learn is an optional extra"
        )
        texts = make_texts(np.random.default_rng(11), 150)["text"].tolist()
        table, _ = weigh_phrases(mine_phrases(texts, least=3))
        own = np.linalg.norm(table - np.matmul(*factorise(table, 6)))
        model = decomposition.NMF(6, init="nndsvda", solver="mu", max_iter=300, random_state=0)
        other = np.linalg.norm(table - model.fit_transform(table) @ model.components_)
        assert own <= other * 1.02

    def test_nothing_becomes_negative(self):
        table = np.random.default_rng(12).random((12, 9))
        texts, phrases = factorise(table, 4)
        assert (texts >= 0).all()
        assert (phrases >= 0).all()


def test_shown():
    rng = np.random.default_rng(2)
    now = plant(make_texts(rng, 300, "N"), "，安装改期没人通知", 6)
    found = find_rising(now, make_texts(rng, 900, "B"))
    assert "安装改期" in show_rising(found).text
    assert "+" in show_rising(found, language="en").text
    assert "没有明显增多" in show_rising(found.head(0)).text


class TestRealReviews:
    """Negative reviews: what rises in those of one category are that category's things."""

    ARCHIVE = Path(__file__).resolve().parents[2] / "shared/data/zh_sentiment"

    def reviews(self) -> pd.DataFrame:
        if not self.ARCHIVE.exists():
            pytest.skip("the reviews are not beside this clone")
        with zipfile.ZipFile(self.ARCHIVE / "online_shopping_10_cats.zip") as archive:
            table = pd.read_csv(archive.open(archive.namelist()[0]))
        return (
            table[table["label"] == 0]
            .reset_index(names="case_id")
            .rename(columns={"review": "text"})
        )

    def test_fruit(self):
        table = self.reviews()
        fruit = table[table["cat"] == "水果"].head(500)
        others = table[table["cat"] != "水果"].iloc[::20]
        found = find_rising(fruit, others)
        assert {"苹果", "水果", "新鲜"} <= set(found["phrase"])
        assert found["change_lower"].gt(0).all()
