"""Sheets for one-to-one talks: strengths first, kind words, no ranks, and no verdict on chance."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import results, words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show.agent_texts import SIDE_WORDS, SIGNS, TEXTS
from csqa.show.html import Badge, Html, fold, paragraph, table

MOST_PARTS = 3
"""Parts of the work named for a metric: more are no longer a place to begin."""


def show_agent_sheet(
    sheets: Mapping[str, pd.DataFrame],
    agent: str,
    standard: Standard | None = None,
    *,
    language: str = "zh",
) -> Html:
    """Show the sheet of one agent, to be printed and talked over.

    Parameters
    ----------
    sheets : mapping of str to DataFrame
        From :func:`csqa.agent_sheets`.
    agent : str
        One of its agents.
    standard : Standard, optional
        For the names. Default: the shipped one.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        Strengths first; then what may be worked on and where it happens; what changed; workload;
        all figures folded away.

    Raises
    ------
    KeyError
        If the agent has no sheet.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["agent_id", "unit", "period", "side", "trend"])
    >>> row = {"period": "2025-06", "agent_id": "K9", "verdict": "too_few"}
    >>> sheets = {"sheets": pd.DataFrame([row]), "standing": none, "parts": none}
    >>> shown = show_agent_sheet(sheets | {"workload": none}, "K9")
    >>> print(shown.text.splitlines()[1])
    这段时间的记录还少，不作判断；先聊工作感受和需要的支持。
    """
    standard = standard or read_standard()
    sheet = sheets["sheets"].set_index("agent_id").loc[agent]
    standing = sheets["standing"]
    mine = standing[standing["agent_id"] == agent]
    writer = _Writer(standard, language)
    said = [paragraph(writer.say("title", agent=agent, period=sheet["period"]), "sheet")]
    said.append(paragraph(writer.say(str(sheet["verdict"])), "verdict"))
    if sheet["verdict"] != results.TOO_FEW:
        said += [paragraph(text, "talk") for text in writer.talk(mine, _parts_of(sheets, agent))]
    whole = said[0]
    for piece in [*said[1:], writer.workload(sheets["workload"], agent)]:
        whole += piece
    if len(mine):
        whole += fold(writer.say("figures"), writer.figures(mine))
    least = writer.say("note").format(standard.judge_from)
    body = whole + paragraph(least)
    return Html(f'<section class="agent-sheet">\n{body.html}\n</section>', body.text)


def show_agent_sheets(
    sheets: Mapping[str, pd.DataFrame], standard: Standard | None = None, *, language: str = "zh"
) -> Html:
    """Show all sheets one after the other, by the agents' names.

    Examples
    --------
    >>> show_agent_sheets({"sheets": pd.DataFrame(columns=["agent_id"])}).text
    '没有可以出表的客服。'
    """
    standard = standard or read_standard()
    shown = [
        show_agent_sheet(sheets, agent, standard, language=language)
        for agent in sorted(sheets["sheets"]["agent_id"])
    ]
    if not shown:
        return paragraph(_text("nobody", language), "verdict")
    whole = shown[0]
    for one in shown[1:]:
        whole += one
    return whole


def _text(key: str, language: str) -> Any:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _parts_of(sheets: Mapping[str, pd.DataFrame], agent: str) -> pd.DataFrame:
    parts = sheets["parts"]
    return parts[parts["unit"] == agent]


class _Writer:
    """Puts one agent's tables into words of one language."""

    def __init__(self, standard: Standard, language: str) -> None:
        self.standard, self.language = standard, language

    def say(self, key: str, **values: Any) -> str:
        text = str(_text(key, self.language))
        return text.format(**values) if values else text

    def name(self, metric: str) -> str:
        return self.standard.metric(metric).name(self.language)

    def value(self, value: float, kind: str) -> str:
        return words.format_value(value, kind, self.language)

    def talk(self, mine: pd.DataFrame, parts: pd.DataFrame) -> list[str]:
        """Say what to talk about: strengths first."""
        strong, weak = (mine[mine["side"] == side] for side in ("strength", "weakness"))
        said = [
            self._listed("strengths", [self._apart(row, parts) for row in records(strong)])
            or self.say("no_strength"),
            self._listed("secure", [self.name(row["metric"]) for row in _secure(mine)]),
            self._named("maybe_strength", mine),
            self._listed("weaknesses", [self._apart(row, parts) for row in records(weak)])
            or self.say("no_weakness"),
            self._named("maybe_weakness", mine),
            self._trends(mine),
        ]
        return [text for text in said if text]

    def workload(self, workload: pd.DataFrame, agent: str) -> Html:
        """Show contacts and days, month by month."""
        rows = workload[workload["agent_id"] == agent].sort_values("period")
        if rows.empty:
            return paragraph(self.say("no_workload"))
        headers = _text("workload_headers", self.language)
        body = [
            [
                row["period"] if row["complete"] else self.say("partial").format(row["period"]),
                words.format_count(row["contacts"]),
                words.format_count(row["active_days"]),
                words.round_half_up(row["contacts_per_day"]),
            ]
            for row in records(rows)
        ]
        return table(headers, body, numeric=headers[1:], caption=self.say("workload"))

    def figures(self, mine: pd.DataFrame) -> Html:
        """Show all metrics with their peers' range: what the words rest on."""
        months = int(mine["months"].iloc[0])
        headers = [text.format(months) for text in _text("headers", self.language)]
        rows = [self._figure(row) for row in records(mine)]
        return table(headers, rows, numeric=(headers[2],), short=(headers[0],))

    def _figure(self, row: dict[str, Any]) -> list[str | Badge]:
        kind, zh = row["kind"], self.language == "zh"
        sure = words.format_interval(row["lower"], row["upper"], kind, self.language)
        value = self.value(row["value"], kind)
        judged = row["side"] != results.TOO_FEW
        peers = words.format_interval(row["lower_watch"], row["upper_watch"], kind, self.language)
        sign, meaning = SIGNS[row["side"]]
        side = SIDE_WORDS[row["side"]][words.LANGUAGES.index(self.language)]
        return [
            self.name(row["metric"]),
            f"{value}（{sure}）" if zh else f"{value} ({sure})",
            words.format_count(row["n"]),
            peers if judged else "–",
            self.value(row["shrunken"], kind) if judged else "–",
            words.format_target(
                row["target"], row["direction"], kind, self.language, upper=row["target_upper"]
            ),
            Badge(sign + side, meaning),
        ]

    def _listed(self, key: str, texts: list[str]) -> str:
        return self.say(key).format(words.join_clauses(texts, self.language)) if texts else ""

    def _named(self, side: str, mine: pd.DataFrame) -> str:
        chosen = mine.loc[mine["side"] == side, "metric"]
        return self._listed(side, [self.name(metric) for metric in chosen])

    def _trends(self, mine: pd.DataFrame) -> str:
        moved = mine[mine["trend"].isin(["improving", "declining"])]
        moved = moved.sort_values("trend", ascending=False)  # the good news first
        said = [self.say(row["trend"]).format(self.name(row["metric"])) for row in records(moved)]
        return self._listed("trend", said)

    def _apart(self, row: dict[str, Any], parts: pd.DataFrame) -> str:
        """Say how far a metric is from peers, and where in the work it happens."""
        told = self.say(
            "apart",
            name=self.name(row["metric"]),
            value=self.value(row["value"], row["kind"]),
            expected=self.value(row["expected"], row["kind"]),
        )
        same = parts[
            (parts["metric"] == row["metric"])
            & (parts["by"] != "metric")
            & (parts["verdict"] == row["verdict"])
        ]
        if same.empty:
            return told
        narrow = _narrowest(same)
        named = [
            self.say(
                "part",
                part=words.label(part["part"], self.language),
                value=self.value(part["value"], part["kind"]),
                expected=self.value(part["expected"], part["kind"]),
                n=words.format_count(part["n"]),
            )
            for part in records(narrow.head(MOST_PARTS))
        ]
        place = self.say("parts").format(words.join(named, self.language))
        return f"{told}，{place}" if self.language == "zh" else f"{told}, {place}"


def _secure(mine: pd.DataFrame) -> list[dict[str, Any]]:
    """Metrics whose whole interval is on the good side of the target, and not named already."""
    above = (mine["direction"] == "at_least") & (mine["lower"] >= mine["target"])
    below = (mine["direction"] == "at_most") & (mine["upper"] <= mine["target"])
    inside = (mine["direction"] == "between") & (mine["lower"] >= mine["target"])
    inside &= mine["upper"] <= mine["target_upper"]
    other = ~mine["side"].isin(["strength", "weakness", results.TOO_FEW])
    return records(mine[(above | below | inside) & other])


def _narrowest(parts: pd.DataFrame) -> pd.DataFrame:
    """Choose the column whose parts, few of the unit's records, hold most of its gap."""
    weighed = parts.assign(weight=parts["difference"].abs() * parts["n"] ** 0.5)
    by = weighed.groupby("by")["weight"].max().idxmax()
    return parts[parts["by"] == by]
