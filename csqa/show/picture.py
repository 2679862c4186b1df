"""A figure as a notebook shows it: PNG with a text that says what it is."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from csqa.errors import RuleError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOTS_PER_INCH = 160
"""Sharp on a laptop's screen and on paper; a chart stays below about 100 KB."""


@dataclass(frozen=True)
class Picture:
    """A drawn figure, with its alternative text for those who cannot see it."""

    png: bytes
    alt: str

    def __repr__(self) -> str:
        """Return the alternative text."""
        return f"[图] {self.alt}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png, "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.alt}}


def picture(drawn: "Axes | Figure", alt: str = "") -> Picture:
    """Turn a chart into a picture and close its figure.

    Parameters
    ----------
    drawn : Axes or Figure
        From a function of :mod:`csqa.show.plots`.
    alt : str, optional
        Alternative text. Default: the chart's titles.

    Returns
    -------
    Picture
        The same bytes for the same chart.

    Raises
    ------
    RuleError
        If the Axes belong to no figure.
    """
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    figure = drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn
    if figure is None:
        msg = "`drawn`：这张图不属于任何画布，无法保存。"
        raise RuleError(msg)
    titles = [axes.get_title() or axes.get_title(loc="left") for axes in figure.axes]
    stored = BytesIO()
    figure.savefig(stored, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight")
    plt.close(figure)
    return Picture(stored.getvalue(), alt or " · ".join(title for title in titles if title))
