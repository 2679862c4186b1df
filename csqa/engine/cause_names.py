"""What bones and causes are called: by the fishbone's own names, else by ours, else by their id."""

from collections.abc import Mapping
from typing import Protocol

from csqa.cause_results import BONES, NO_CAUSE

BONE_NAMES: dict[str, tuple[str, str]] = {
    "people": ("人员", "People"),
    "process": ("流程", "Process"),
    "policy": ("政策标准", "Policy"),
    "product": ("产品", "Product"),
    "system": ("系统工具", "Systems"),
    "information": ("信息知识库", "Information"),
    "environment": ("环境客户", "Environment"),
    NO_CAUSE: ("未归类", "unclassified"),
}
"""Chinese, English (G7)."""


class Namer(Protocol):
    """Something that names causes, such as a fishbone."""

    def name(self, cause: str, language: str = "zh", /) -> str:
        """Name of a bone or a cause."""


Names = Mapping[str, str] | Namer | None


def name_cause(cause: str, names: Names = None, language: str = "zh") -> str:
    """Name a bone or a cause for readers.

    Parameters
    ----------
    cause : str
        Its id.
    names : mapping of id to name, or what has a method ``name(id, language)``; optional
        Whose names come first; an id that it does not know keeps ours.
    language : {"zh", "en"}
        Of the name.

    Examples
    --------
    >>> name_cause("people"), name_cause("charges", {"charges": "收费争议"}), name_cause("charges")
    ('人员', '收费争议', 'charges')
    """
    given = _given(cause, names, language)
    if given and given != cause:
        return given
    ours = BONE_NAMES.get(cause)
    return ours[0 if language == "zh" else 1] if ours else cause


def _given(cause: str, names: Names, language: str) -> str:
    if names is None:
        return ""
    if isinstance(names, Mapping):
        return names.get(cause, "")
    try:
        return names.name(cause, language)
    except (KeyError, ValueError):  # an id of an older file, or of another's
        return ""


def order_bones(found: "list[str]") -> list[str]:
    """All bones in their order, those of others behind; the unclassified is none.

    Examples
    --------
    >>> order_bones(["weather", "people"])[-2:]
    ['environment', 'weather']
    """
    others = sorted(set(found) - {*BONES, NO_CAUSE, ""})
    return [*BONES, *others]
