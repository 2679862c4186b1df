"""The analyst's workbench: turn a figure round until it says where it comes from.

:class:`Choice` is what is looked at, :class:`Workbench` answers it with tables and charts, and
:func:`show_panel` puts both behind the controls of a JupyterLab notebook. Nothing here is imported
by ``import csqa``; ipywidgets is imported by :func:`show_panel` alone. See ``docs/explore.md``.
"""

from csqa.explore.choice import VIEWS, Choice
from csqa.explore.code import write_code
from csqa.explore.panel import show_panel
from csqa.explore.tables import show_choice, show_view
from csqa.explore.workbench import Workbench

__all__ = [
    "VIEWS",
    "Choice",
    "Workbench",
    "show_choice",
    "show_panel",
    "show_view",
    "write_code",
]
