"""Rewrite the committed report on the sample data: ``make golden``. Review the diff."""

import json
import shutil
from pathlib import Path

import csqa

ROOT = Path(__file__).parents[1]
PERIOD = "2025-06"
TARGET = ROOT / "reports" / "sample"


def rewrite(target: Path = TARGET) -> Path:
    """Run the monthly report on the sample data and put it in place of the committed one."""
    shutil.rmtree(target, ignore_errors=True)
    made = csqa.run_report("monthly_diagnostic", period=PERIOD, out=target, progress=False)
    forget_clock(made / "manifest.json")
    return made


def forget_clock(path: Path) -> None:
    """Drop the one time stamp of a report, which would differ in every diff."""
    manifest = json.loads(path.read_text(encoding="utf8"))
    manifest.pop("made_at")
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf8")


if __name__ == "__main__":
    print(rewrite())
