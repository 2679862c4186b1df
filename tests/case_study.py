"""Rewrite the figures and pictures of docs/case_study.md: ``python -m tests.case_study``.

What lies between two markers of the document is computed; the rest is prose.
Needs the public log beside the project. Review the diff: verdicts may have changed.
"""

import re

from tests.case_study_doubts import WRITERS
from tests.case_study_judgements import JUDGED, WATCHED
from tests.case_study_pictures import PICTURES, draw_all
from tests.case_study_verdicts import Study, make_study
from tests.case_study_writers import choose, key_of
from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "case_study.md"
BLOCK = re.compile(r"(<!-- 计算：(\w+) -->\n)(.*?)(<!-- 计算完 -->)", re.DOTALL)


def fill(text: str, study: Study) -> str:
    """Put the computed lines between their markers."""

    def write(found: re.Match[str]) -> str:
        return found[1] + WRITERS[found[2]](study) + found[4]

    return BLOCK.sub(write, text)


def unjudged(study: Study) -> list[tuple[str, str, str]]:
    """What csqa names or watches and nobody has looked at."""
    looked_at = JUDGED.keys() | WATCHED.keys()
    keys = [key_of(row) for _, row in choose(study).iterrows()]
    return [key for key in keys if key not in looked_at]


def rewrite() -> None:
    """Bring the document up to date, and draw its pictures."""
    study = make_study()
    DOCUMENT.write_text(fill(DOCUMENT.read_text("utf-8"), study), "utf-8")
    draw_all(study, PICTURES)
    for key in unjudged(study):
        print("还没有打开单子看过：", *key)


if __name__ == "__main__":
    rewrite()
