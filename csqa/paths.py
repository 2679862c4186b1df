"""Where the notebooks and the sample data are: in a clone, and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_IN_CLONE = {"notebooks": Path("notebooks"), "sample": Path("data", "sample")}


def bundled(name: str) -> Path:
    """Folder that csqa carries with it.

    Parameters
    ----------
    name : {"notebooks", "sample"}
        Which folder: the report notebooks, or the sample data.

    Returns
    -------
    Path
        ``_notebooks`` or ``_sample`` beside this module where csqa was installed from a wheel,
        otherwise ``notebooks`` or ``data/sample`` of the clone.

    Raises
    ------
    ValueError
        If ``name`` is not one of the two.

    Examples
    --------
    >>> bundled("sample").is_dir()
    True
    """
    if name not in _IN_CLONE:
        allowed = " or ".join(repr(known) for known in _IN_CLONE)
        message = f"`name` must be {allowed}; not {name!r}."
        raise ValueError(message)
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / _IN_CLONE[name]
