"""What a tagger's file says of itself in JSON, checked field by field."""

import json
from pathlib import Path
from typing import Any

from csqa.errors import RuleError
from csqa.rules.faults import is_number

KINDS = ("causes", "sentiment", "classes")
MOST_LABELS = 500
LONGEST_NAME = 100
_FIELDS = ("format", "kind", "names", "causes", "rule_ids", "single", "sharpness", "version")


def read_about(source: Path, raw: bytes, supported: int) -> dict[str, Any]:
    """Read and check it.

    Parameters
    ----------
    source : Path
        The file, to name it.
    raw : bytes
        The JSON.
    supported : int
        The format that this csqa reads.

    Raises
    ------
    RuleError
        With everything that is wrong.
    """
    try:
        about = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        msg = f"{source}：不是 csqa 的标注器文件：tagger.json 不是有效的 JSON。"
        raise RuleError(msg) from error
    faults = _list_faults(about, supported)
    if faults:
        msg = f"{source}：不是可用的标注器文件：{'；'.join(faults)}。"
        raise RuleError(msg)
    return dict(about)


def _list_faults(about: Any, supported: int) -> list[str]:
    if not isinstance(about, dict) or not isinstance(about.get("facts"), dict):
        return ["tagger.json 应为带 facts 的对象"]
    missing = [name for name in _FIELDS if name not in about]
    if missing:
        return [f"tagger.json 缺少 {'、'.join(missing)}"]
    if about["format"] != supported:
        return [f"格式是 {about['format']!r:.20}，这个版本的 csqa 只读格式 {supported}，请重新训练"]
    faults = []
    if about["kind"] not in KINDS:
        faults.append(f"kind 应为 {'、'.join(KINDS)} 之一，而不是 {about['kind']!r:.40}")
    if not isinstance(about["single"], bool):
        faults.append("single 应为 true 或 false")
    if not is_number(about["sharpness"]) or not 0 < about["sharpness"] <= 100:
        faults.append("sharpness 应为 0 到 100 的数")
    if not _is_name(about["version"]):
        faults.append("version 应为短的文字")
    listed = ("names", "causes", "rule_ids")
    bad = [name for name in listed if not _are_names(about[name])]
    faults += [f"{name} 应为最多 {MOST_LABELS} 个不重复的短文字" for name in bad]
    if not bad:
        faults += _list_foreign(about)
    return faults


def _list_foreign(about: dict[str, Any]) -> list[str]:
    faults = [] if about["names"] else ["names 是空的"]
    for name in ("causes", "rule_ids"):
        foreign = [one for one in about[name] if one not in about["names"]]
        if foreign:
            faults.append(f"{name} 里的 {'、'.join(foreign[:5])} 不在 names 里")
    return faults


def _are_names(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > MOST_LABELS:
        return False
    return all(map(_is_name, value)) and len(set(value)) == len(value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
