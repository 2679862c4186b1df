"""Where csqa finds what it carries; the installed case is in test_packaging.py."""

from pathlib import Path

import pytest

from csqa.paths import bundled

ROOT = Path(__file__).parents[1]


def test_a_clone_uses_its_own_folders() -> None:
    assert bundled("notebooks") == ROOT / "notebooks"
    assert bundled("sample") == ROOT / "data" / "sample"


def test_the_current_folder_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    assert bundled("notebooks") == ROOT / "notebooks"


def test_an_unknown_name_says_what_is_allowed() -> None:
    with pytest.raises(
        ValueError, match=r"`name` must be 'notebooks' or 'sample'; not 'reports'\."
    ):
        bundled("reports")
