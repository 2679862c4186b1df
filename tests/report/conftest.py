"""A small notebook that behaves like the monthly one, so that a run takes about two seconds."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

PARAMETERS = (
    'period: str = "2025-06"  # 月份\nsource: str = ""\nmapping: str = ""\nstandard: str = ""\n'
    'language: str = "zh"\nminimum_n: int = 30'
)
SETUP = (
    "import sys\nimport pandas as pd\nfrom IPython.display import HTML, display\n"
    "from csqa.errors import DataError, RuleError\nfrom csqa.show.record import record"
)
SHOW = """display(HTML('<p class="verdict">综合得分 82.9</p>'))
display(HTML('<table class="csqa cards"><thead><tr><th>指标</th><th>本月</th></tr></thead>'
             '<tbody><tr><td>首次解决率</td><td class="num">71.2%</td></tr></tbody></table>'))"""
RECORD = """record(
    {"scores": pd.DataFrame({"metric": ["csat", "=1+1"], "value": [1 / 3, None]})},
    {"headline": f"{period} 综合得分 82.9", "contacts": 12},
    {"rows": {"used": 10, "quarantined": 2}},
)"""


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook: the usual cells, with ``work`` before the record."""

    def make(
        work: str = "1 + 1",
        *,
        last: str = RECORD,
        name: str = "toy",
        parameters: str = PARAMETERS,
        kernel: dict[str, str] | None = None,
    ) -> Path:
        def code(source: str, *tags: str) -> nbformat.NotebookNode:
            return v4.new_code_cell(source, metadata={"tags": list(tags)})

        cells = [
            v4.new_markdown_cell("# 客服质量月报｜Monthly report"),
            code(parameters, "parameters"),
            code(SETUP, "setup"),
            code(SHOW),
            v4.new_markdown_cell("## 横向比较｜Across teams\n\n- **一组｜Team 1**"),
            code(work, "remove-cell"),
            v4.new_markdown_cell("## 定义｜Definitions"),
            code(last, "record"),
        ]
        path = tmp_path / f"{name}.ipynb"
        metadata = {"kernelspec": kernel} if kernel else {}
        nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), path)
        return path

    return make
