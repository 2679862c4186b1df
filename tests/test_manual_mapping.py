"""Every example of the manual's part on mapping files gives the table that stands below it."""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import yaml

from csqa.load import load
from csqa.rules.mapping import list_ready_mappings, read_mapping
from tests.conftest import ROOT

MANUAL = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
PART = MANUAL.split("\n## 映射文件\n")[1].split("\n## ")[0]
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Example:
    """Files, a mapping, and what comes of them."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    mapping: str = ""
    result: str = ""


def examples() -> list[Example]:
    """Those of the manual, in their order."""
    found = []
    for section in PART.split("\n### ")[1:]:
        example = Example(section.splitlines()[0])
        for kind, name, text in BLOCK.findall(section):
            if kind == "csv":
                example.files[name] = text
            elif kind == "yaml":
                example.mapping = text
            elif kind == "result":
                example.result = text
        if example.files:
            found.append(example)
    return found


def shown(value: object) -> str:
    """A cell as the manual writes it."""
    if value is None or value is pd.NA or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(
        value, float) else str(value)  # fmt: skip


def test_there_is_an_example_for_each_feature() -> None:
    assert len(examples()) == 10


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_the_example_gives_what_the_manual_says(example: Example, tmp_path: Path) -> None:
    for name, text in example.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (place,) = tmp_path.iterdir() if len(example.files) == 1 else (tmp_path,)
    data = load(place, yaml.safe_load(example.mapping))
    columns, *rows = csv.reader(io.StringIO(example.result))
    contacts = data.contacts[columns].astype(object)
    found = [[shown(cell) for cell in row] for row in contacts.to_numpy().tolist()]
    assert found == rows
    assert not len(data.faults)


def test_every_ready_mapping_is_in_the_manual() -> None:
    table = re.findall(r"^\| `(\w+)` \|", PART, re.MULTILINE)
    assert sorted(table) == list_ready_mappings()


def test_headers_of_the_chinese_mapping_are_in_the_manual() -> None:
    columns = read_mapping("chinese").table("contacts").columns
    for name in ("contact_id", "channel", "agent_id", "created_at", "first_response_at",
                 "resolved_at"):  # fmt: skip
        derivation = columns[name].derivation
        assert derivation is not None
        assert "、".join(derivation.first_of) in PART
