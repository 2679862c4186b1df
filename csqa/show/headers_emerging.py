"""Columns of the tables about what is new: phrases that rise, suggestions for rules."""

HEADERS: dict[str, tuple[str, str]] = {
    "phrase": ("说法", "Phrase"),
    "rising.cases": ("本期案例", "Cases"),
    "rising.n": ("本期案例总数", "Cases in all"),
    "cases_before": ("此前案例", "Cases before"),
    "n_before": ("此前案例总数", "Cases before in all"),
    "examples": ("例子（案例编号）", "Examples (cases)"),
    "suggestions.topic": ("组", "Group"),
    "phrases": ("说法", "Phrases"),
    "suggestions.cases": ("案例", "Cases"),
    "suggestions.share": ("占未归类", "Of unclassified"),
    "snippet": ("规则草稿（YAML）", "Draft of a rule (YAML)"),
}
"""As :data:`csqa.show.headers.HEADERS`, of which it is a part."""
