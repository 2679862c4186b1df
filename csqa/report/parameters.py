"""What a report is asked for: which notebook, which period, which parameters. All checked first.

Papermill only warns at a misspelt parameter, pastes names into code unchecked and turns dates into
strings on the way; so names and values are checked here, before anything is run.
"""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csqa.check.limit import MAX_QUARANTINED, check_share
from csqa.engine.addresses import PASSWORD_VARIABLE, is_address, strip_password
from csqa.errors import RuleError, check_option
from csqa.paths import bundled
from csqa.periods import check_month
from csqa.words import LANGUAGES

_CREDENTIALS = re.compile(r"(?<=://)([^/\s:@'\"]*):([^/\s@'\"]+)@")
_USER = re.compile(
    r"\b((?:postgres(?:ql)?|mysql|mariadb)(?:\+\w+)?://)[^/\s:@'\"]+@", re.IGNORECASE
)


SHORT_NAMES = {"agents": "agent_sheets", "causes": "root_causes"}
"""What people call a notebook that is not the beginning of its name."""


KEEP = "keep_personal"
"""Parameter by which a notebook is told that personal data may stand in its outputs."""


@dataclass(frozen=True)
class Request:
    """One report, asked for and checked."""

    notebook: Path
    """The notebook to run."""
    period: str
    """The month, YYYY-MM."""
    language: str
    """Language of the page and the workbook."""
    parameters: dict[str, Any]
    """What is passed to the notebook; each name is one that it declares."""
    declared: tuple[str, ...] = ()
    """All parameters that the notebook declares."""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """Environment variables for the notebook's process alone: a password met in an address."""
    keep_personal: bool = False
    """Whether personal data may stand in the report."""

    @property
    def folder_name(self) -> str:
        """Name of the folder that the report is published in."""
        return f"{self.notebook.stem}-{self.period}"


def find_notebook(notebook: str | Path) -> Path:
    """Find a notebook by the name of a shipped one, by the beginning of that name, or by path.

    Parameters
    ----------
    notebook : str or Path
        ``"monthly_diagnostic"``, ``"monthly"``, or the path of an ``.ipynb`` file.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    RuleError
        If there is none, or the beginning fits several; names those there are.
    """
    path = Path(notebook)
    if path.suffix == ".ipynb":
        if path.is_file():
            return path
        message = f"找不到笔记本文件 {str(notebook)!r}。"
        raise RuleError(message)
    shipped = {file.stem: file for file in sorted(bundled("notebooks").glob("*.ipynb"))}
    name = SHORT_NAMES.get(str(notebook), str(notebook))
    fitting = [name] if name in shipped else [n for n in shipped if name and n.startswith(name)]
    if len(fitting) == 1:
        return shipped[fitting[0]]
    message = f"没有名为 {name!r} 的笔记本；现有：{'、'.join(shipped)}。"
    raise RuleError(message)


def read_request(
    notebook: str | Path,
    period: str,
    language: str,
    minimum_n: int,
    given: Mapping[str, Any],
    *,
    max_quarantined: float = MAX_QUARANTINED,
) -> Request:
    """Check everything that a report is asked with.

    Parameters
    ----------
    notebook, period, language, minimum_n, max_quarantined
        As in :func:`csqa.report.run_report`.
    given : mapping of str to object
        Further parameters; those that are None are left to the notebook's defaults.

    Returns
    -------
    Request
        The checked request.

    Raises
    ------
    RuleError
        If anything in it is wrong; says what was allowed.
    """
    check_month(period)
    check_option("language", language, LANGUAGES)
    if isinstance(minimum_n, bool) or not isinstance(minimum_n, int) or minimum_n < 1:
        message = f"`minimum_n` 应为正整数，而不是 {minimum_n!r}。"
        raise RuleError(message)
    check_share(max_quarantined)
    found = find_notebook(notebook)
    known = declared_parameters(found)
    optional = {"language": language, "minimum_n": minimum_n}
    asked = {name: value for name, value in given.items() if value is not None}
    secrets = _move_password(asked)
    asked |= {name: value for name, value in optional.items() if name in known}
    # A notebook that knows no limit runs without one, but not if one is asked for.
    if "max_quarantined" in known or max_quarantined != MAX_QUARANTINED:
        asked = {"max_quarantined": max_quarantined} | asked
    parameters = {"period": period, **asked}
    _check_names(parameters, known)
    plain = {name: _plain(name, value) for name, value in parameters.items()}
    return Request(found, period, language, plain, tuple(known), secrets)


def declared_parameters(notebook: Path) -> list[str]:
    """Names that a notebook's cell tagged ``parameters`` declares.

    Raises
    ------
    RuleError
        If the file is not a notebook.
    """
    import papermill

    from csqa.report.execute import read_notebook, silent_papermill

    with silent_papermill():
        return list(papermill.inspect_notebook(read_notebook(notebook)))


def hide_credentials(text: str) -> str:
    """Take user name and password out of the database addresses in a text.

    Examples
    --------
    >>> hide_credentials("source = 'postgresql://ann:secret@db/qa'")
    "source = 'postgresql://***@db/qa'"
    """
    return _USER.sub(r"\1***@", _CREDENTIALS.sub("***@", text))


def _move_password(asked: dict[str, Any]) -> dict[str, str]:
    """Take the password out of the source's address, into what only the notebook's process sees."""
    source = asked.get("source")
    if not isinstance(source, str | Path) or not is_address(str(source)):
        return {}
    asked["source"], password = strip_password(str(source))
    return {PASSWORD_VARIABLE: password} if password else {}


def _check_names(parameters: Mapping[str, Any], known: list[str]) -> None:
    unknown = [name for name in parameters if name not in known or not str(name).isidentifier()]
    if unknown:
        listed = "；".join(f"{name!r}{_nearest(name, known)}" for name in unknown)
        message = f"笔记本没有这样的参数：{listed}。它的参数有：{'、'.join(known) or '（无）'}。"
        raise RuleError(message)


def _nearest(name: object, known: list[str]) -> str:
    near = difflib.get_close_matches(str(name), known, n=1)
    return f"（是否指 {near[0]}？）" if near else ""


def _plain(name: str, value: Any) -> Any:
    value = str(value) if isinstance(value, Path) else value
    try:
        same = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        same = None
    if same == value and type(same) is type(value):
        return same
    message = (
        f"参数 `{name}` 应为文字、数字、true/false、列表或字典（键为文字），而不是 {value!r:.80}。"
    )
    raise RuleError(message)
