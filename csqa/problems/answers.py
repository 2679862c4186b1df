"""What the lines of a 5W1H sheet share: the problem asked about, and an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.engine.cause_names import Names
from csqa.engine.problem_parts import FALSE_DISCOVERY_RATE
from csqa.problems.five_w_texts import text
from csqa.rules.standard import Standard


@dataclass(frozen=True)
class Answer:
    """One line of the sheet; without a text it is left for the meeting."""

    question: str
    aspect: str
    text: str = ""
    evidence: str = ""
    n: int | None = None


@dataclass(frozen=True)
class Asked:
    """A problem, and what is at hand to describe it with."""

    problem: Mapping[str, Any]
    standard: Standard
    details: list[pd.DataFrame]
    names: Names
    language: str

    @property
    def kind(self) -> str:
        """Kind of the metric's value."""
        return str(self.problem["kind"])

    @cached_property
    def periods(self) -> list[str]:
        """Periods of the run that the details hold."""
        since, until = self.problem["since"], self.problem["period"]
        held = {str(period) for table in self.details for period in table["period"].unique()}
        return sorted(one for one in held if since <= one <= until and len(one) == len(until))

    @property
    def months(self) -> str:
        """The run, from when to when."""
        since, period = self.problem["since"], self.problem["period"]
        return self.say("months", since=since, period=period) if since != period else str(period)

    def say(self, key: str, /, **values: object) -> str:
        """Text of that key in the language asked for."""
        return text(key, self.language, **values)

    def value(self, value: float) -> str:
        """A value of the metric with its unit."""
        return words.format_value(value, self.kind, self.language)

    def gap(self, difference: float) -> str:
        """Size of a difference with its unit; of times, in the unit of the problem's value."""
        if self.kind == "seconds":
            like = self.problem["value"]
            return words.format_value(abs(difference), self.kind, self.language, like=like)
        return words.format_difference(difference, self.kind, self.language)

    def gap_interval(self, difference: float, lower: float, upper: float) -> str:
        """Interval of the size of a difference: below 0 it would be the other way round."""
        low, high = (lower, upper) if difference >= 0 else (-upper, -lower)
        texts = [("−" if end < 0 else "") + self.gap(end) for end in (low, high)]
        number, _, unit = texts[0].partition(" ")
        if unit and texts[1].endswith(unit):
            texts[0] = number
        return " ~ ".join(texts) if low < 0 else "–".join(texts)

    def name(self, unit_kind: str, unit: str) -> str:
        """Name of a unit, so that it stands alone."""
        named = sentences.name_unit(unit_kind, unit, self.language)
        return f"“{named}”" if unit_kind == "topic" else named

    def sides(self, one: str, other: str, row: Mapping[str, Any]) -> str:
        """Two parts that make up the whole, against one another."""
        sure = row["q"] < FALSE_DISCOVERY_RATE
        return self.say(
            "two_sides",
            one=one,
            other=other,
            value=self.value(row["value"]),
            n=words.format_count(row["n"]),
            rest=self.value(row["value_rest"]),
            n_rest=words.format_count(row["n_rest"]),
            gap=self.gap(row["difference"]),
            interval=self.gap_interval(
                row["difference"], row["difference_lower"], row["difference_upper"]
            ),
            sure=self.say("significant" if sure else "not_significant"),
        )

    def join(self, texts: list[str]) -> str:
        """Join clauses."""
        return words.join_clauses(texts, self.language)
