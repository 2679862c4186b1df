"""A workspace of one's own: mapping, standard and calendar to edit, and where reports go."""

import argparse
import shutil
from pathlib import Path

from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS, explain_os_error

COPIED = ("standard.yml", "standard.schema.json", "calendar.yml")
"""Rule files that csqa ships and a workspace has its own copy of."""

WRITTEN = ("mapping.yml", "fishbone.yml", "README.md", ".gitignore")
"""Files that are written for the workspace."""

IGNORED = "# 报告和数据不进版本库\nreports/\n/data/\n*.csv\n*.xlsx\n*.parquet\n"

BARE_MAPPING = """\
# 我们的导出里，哪一列是什么。表头认得的列不用写；写法见 csqa 的 docs/data.md。
# 也可以让 csqa 起草：csqa init 新文件夹 --from 导出文件；或用自带的映射：{ready}。
time_zone: Asia/Shanghai          # 月份按这个时区划分
tables:
  contacts:
    columns:
      # contact_id: 流水号            # 我们的列名: 导出的表头
      # channel: {{from: 入口, values: {{热线: phone, 小程序: online}}}}
      # handle_seconds: {{from: 处理时长(分钟), unit: minutes}}
"""

FISHBONE = """\
# 我们自己的原因：在自带的 27 个之上加，或改。三个词、两个例子就够；写法见 csqa 的 docs/causes.md。
# 试一句话：csqa causes try "……" --fishbone fishbone.yml；检查：csqa causes check fishbone.yml
extends: shipped
causes: []
# causes:
# - id: waited_at_home              # 英文编号
#   bone: process                   # people process policy product system information environment
#   name: 客户在家空等
#   keywords: [在家等, 白等一天, 空等]
#   examples: {hit: [请假在家等了一天], miss: [在家里用着不错]}
"""

README = """\
# 客服质量月报

这个文件夹由 `csqa init` 建立，里面的文件都可以改。

| 文件 | 做什么 |
|---|---|
| `mapping.yml` | 导出的哪一列是什么；带“不确定”的行请核对 |
| `standard.yml` | 什么算好：指标、目标、扣分、权重，从哪天起生效 |
| `standard.schema.json` | 编辑器用它补全和检查 `standard.yml`；不用改 |
| `calendar.yml` | 营业时间、节假日、高峰时段 |
| `fishbone.yml` | 客户为什么不满意：在自带的原因之上加自己的 |
| `reports/` | 报告放在这里；不进版本库 |

## 每个月

```
csqa check {data} --mapping mapping.yml
csqa report monthly --period 2025-06 --data {data} --mapping mapping.yml \\
  --standard standard.yml --fishbone fishbone.yml
```

改过 `standard.yml` 之后：`csqa standard check standard.yml`，一次列出全部错误和行号。

先看 `check` 说了什么：读入多少行、隔离多少行、为什么。改好 `mapping.yml` 再出报告。
"""


def add_init(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``csqa init`` to its parser."""
    parser.add_argument("folder", metavar="文件夹", help="建在哪里；已有的文件不会被覆盖")
    parser.add_argument(
        "--from", dest="export", metavar="导出", help="文件或文件夹：看表头和值，起草 mapping.yml"
    )
    parser.set_defaults(command=_init)


def _init(options: argparse.Namespace) -> int:
    for line in make_workspace(options.folder, options.export):
        print(line)
    return 0


def make_workspace(folder: str | Path, export: str | Path | None = None) -> list[str]:
    """Make a workspace: mapping, standard, calendar, a short guide, and what git shall ignore.

    Parameters
    ----------
    folder : str or Path
        Where; it may exist, but none of the files to write may.
    export : str or Path, optional
        File or folder to draft the mapping from.

    Returns
    -------
    list of str
        What was made, and what to do next, as sentences.

    Raises
    ------
    RuleError
        If a file is already there (all are named), or the folder can't be written.
    DataError
        If the export can't be read.
    """
    place = Path(folder)
    present = [name for name in (*WRITTEN, *COPIED) if (place / name).exists()]
    if present:
        msg = f"{place} 里已经有 {'、'.join(present)}；不覆盖，请换一个文件夹。"
        raise RuleError(msg)
    mapping, told = _mapping(export)
    texts = (mapping, FISHBONE, README.format(data=export or "导出文件"), IGNORED)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, text in zip(WRITTEN, texts, strict=True):
            (place / name).write_text(text, encoding="utf-8")
        for name in COPIED:
            shutil.copyfile(DEFAULTS / name, place / name)
    except OSError as error:
        msg = f"{place} 写不进去：{explain_os_error(error)}。"
        raise RuleError(msg) from error
    return [f"已建立 {place}：{'、'.join([*WRITTEN, *COPIED])}。", *told]


def _mapping(export: str | Path | None) -> tuple[str, list[str]]:
    """The mapping to write, and what to say of it."""
    from csqa.draft import draft_mapping
    from csqa.rules.mapping import list_ready_mappings

    if export is None:
        ready = "、".join(list_ready_mappings())
        return BARE_MAPPING.format(ready=ready), ["下一步：在 mapping.yml 里写明哪一列是什么。"]
    text = draft_mapping(export)
    doubts = sum("不确定" in line for line in text.splitlines()[1:])
    told = (
        f"mapping.yml 里有 {doubts} 行不确定，请核对。"
        if doubts
        else "mapping.yml 没有不确定的行。"
    )
    return text, [told, *_try(export, text)]


def _try(export: str | Path, text: str) -> list[str]:
    """What comes of loading the export by the draft."""
    import yaml

    from csqa.errors import DataError
    from csqa.load import load

    try:
        rows = load(export, yaml.safe_load(text)).rows
    except (DataError, RuleError) as error:
        return [f"按这份草稿还读不进来：{error}"]
    contacts = rows[rows["table"] == "contacts"]
    came, used = contacts["rows_in"].sum(), contacts["rows_used"].sum()
    return [f"按这份草稿试读：服务记录 {came} 行，可用 {used} 行。"]
