"""The controls in JupyterLab: they only hold a choice; the workbench answers it."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from csqa import words
from csqa.errors import CsqaError
from csqa.explore import charts
from csqa.explore.choice import MONTHS, VIEWS, Choice
from csqa.explore.code import write_code
from csqa.explore.tables import show_choice, show_view
from csqa.explore.workbench import Workbench
from csqa.schema import OVERALL
from csqa.show import explore_tables
from csqa.show.picture import picture

if TYPE_CHECKING:
    from ipywidgets import Widget

TEXTS = {
    "period": ("月份", "Month"),
    "metric": ("指标", "Metric"),
    "unit_kind": ("按", "By"),
    "unit": ("对象", "Unit"),
    "channel": ("渠道", "Channel"),
    "scene": ("场景", "Scene"),
    "months": ("合并月数", "Months"),
    "minimum_n": ("最少记录", "Minimum n"),
    "language": ("语言", "Language"),
    "trend": ("走势", "Trend"),
    "peers": ("横向对比", "Peers"),
    "distribution": ("分布", "Distribution"),
    "hours": ("时段", "Hours"),
    "contacts": ("记录", "Contacts"),
    "contact": ("看会话", "Read"),
    "code": ("复制为代码", "Copy as code"),
    "copied": ("已复制", "Copied"),
}
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}

CONTROLS = (
    "period",
    "months",
    "metric",
    "unit_kind",
    "unit",
    "channel",
    "scene",
    "minimum_n",
    "language",
)

STYLE = """<style>
.csqa-explore table {border-collapse: collapse; font-size: 13px; line-height: 1.4}
.csqa-explore th, .csqa-explore td {border-bottom: 1px solid #d5d9df; padding: 3px 10px 3px 0;
  text-align: left; vertical-align: top}
.csqa-explore .better {color: #1f5a9c} .csqa-explore .worse {color: #a85f12}
.csqa-explore .scroll {max-height: 420px; overflow: auto}
.csqa-explore img {max-width: 100%}
.csqa-explore .num {text-align: right}
.csqa-explore-code textarea {font-family: monospace; font-size: 12px}
</style>"""

COPY = (
    "const area = this.closest('.csqa-explore').querySelector('.csqa-explore-code textarea');"
    "area.select(); document.execCommand('copy'); this.textContent = this.dataset.copied;"
    "setTimeout(() => {this.textContent = this.dataset.copy}, 3000);"
)
"""Runs in the browser. It holds no data, and works without https, unlike the newer interface."""


def show_panel(
    bench: Workbench,
    choice: Choice | None = None,
    *,
    source: str = "",
    mapping: str = "",
    standard: str = "",
    calendar: str = "",
) -> "Widget":
    """Make the controls of a workbench, for a cell of a notebook in JupyterLab.

    Parameters
    ----------
    bench : Workbench
        With the data.
    choice : Choice, optional
        Where to start. Default: :meth:`Workbench.choose`.
    source, mapping, standard, calendar : str
        What was loaded, for the code; as in :func:`csqa.explore.write_code`.

    Returns
    -------
    ipywidgets.Widget
        Shows itself. Each change of a control redraws the chart and its table.

    Raises
    ------
    RuleError
        If the data do not hold what the choice asks for.
    """
    origin = {"source": source, "mapping": mapping, "standard": standard, "calendar": calendar}
    return Panel(bench, bench.check(choice or bench.choose()), origin).whole


class Panel:
    """The controls, what they show, and what they are bound to."""

    def __init__(self, bench: Workbench, choice: Choice, origin: dict[str, str]) -> None:
        """Make the controls as the choice says, and draw it."""
        self._bench, self._origin, self._busy = bench, origin, False
        self.choice = choice
        self._make_controls()
        self._make_outputs()
        self._bind()
        self._relabel()
        self._refresh()

    def _make_controls(self) -> None:
        import ipywidgets as widgets

        self.controls: dict[str, Any] = {
            name: widgets.Dropdown(layout=widgets.Layout(width="230px"))
            for name in CONTROLS
            if name != "minimum_n"
        }
        self.controls["minimum_n"] = widgets.BoundedIntText(
            value=self.choice.minimum_n, min=1, max=100_000, layout=widgets.Layout(width="230px")
        )
        self.controls["contact"] = widgets.Dropdown(layout=widgets.Layout(width="330px"))
        self.view = widgets.ToggleButtons(value=None)
        for name, control in self.controls.items():
            control.style.description_width = "64px"
            control.add_class(f"csqa-explore-{name}")
        self.view.add_class("csqa-explore-view")

    def _make_outputs(self) -> None:
        import ipywidgets as widgets

        names = ("summary", "picture", "table", "messages", "button")
        self.outputs: dict[str, Any] = {name: widgets.HTML() for name in names}
        self.outputs["code"] = widgets.Textarea(layout=widgets.Layout(width="96%", height="230px"))
        for name, output in self.outputs.items():
            output.add_class(f"csqa-explore-{name}")
        chosen = widgets.HBox(
            [self.controls[name] for name in CONTROLS],
            layout=widgets.Layout(flex_flow="row wrap"),
        )
        shown = [self.outputs[name] for name in ("summary", "picture", "table")]
        read = [self.controls["contact"], self.outputs["messages"]]
        code = [self.outputs[name] for name in ("button", "code")]
        style = widgets.HTML(STYLE)
        self.whole = widgets.VBox([style, chosen, self.view, *shown, *read, *code])
        self.whole.add_class("csqa-explore")

    def _bind(self) -> None:
        for name in CONTROLS:
            self.controls[name].observe(self._choose, names="value")
        self.view.observe(self._choose, names="value")
        self.controls["contact"].observe(self._read, names="value")

    def _choose(self, _: object) -> None:
        """A control was changed: the choice follows, and then everything that is shown."""
        if self._busy:
            return
        before = self.choice
        found = {name: self.controls[name].value for name in CONTROLS}
        if found["unit_kind"] != before.unit_kind:
            found["unit"] = OVERALL
        self.choice = Choice(**found)
        if (self.choice.unit_kind, self.choice.language) != (before.unit_kind, before.language):
            self._relabel()
        self._refresh()

    def _relabel(self) -> None:
        """Name the controls and their options; none of it is a choice."""
        self._busy = True
        for name in CONTROLS:
            self.controls[name].description = self._text(name)
            if name != "minimum_n":
                self.controls[name].options = self._options(name)
                self.controls[name].value = getattr(self.choice, name)
        view = self.view.value or VIEWS[0]
        self.view.options = [(self._text(name), name) for name in VIEWS]
        self.view.value = view
        self.controls["contact"].description = self._text("contact")
        name, copied = self._text("code"), self._text("copied")
        self.outputs["button"].value = (
            f'<button class="jupyter-button" data-copy="{name}" data-copied="{copied}"'
            f' onclick="{COPY}">{name}</button>'
        )
        self._busy = False

    def _options(self, name: str) -> Sequence[tuple[str, object]]:
        bench, language = self._bench, self.choice.language
        if name == "metric":
            names = [bench.standard.metric(key).name(language) for key in bench.metrics]
            return list(zip(names, bench.metrics, strict=True))
        if name == "language":
            return [(text, key) for key, text in LANGUAGE_NAMES.items()]
        if name == "months":
            return [(str(count), count) for count in MONTHS]
        values = {"period": bench.periods[::-1], "unit_kind": bench.unit_kinds}.get(name)
        if values is None:
            values = bench.units(self.choice.unit_kind if name == "unit" else name)
        return [(words.label(value, language), value) for value in values]

    def _refresh(self) -> None:
        try:
            self._show()
        except CsqaError as error:
            self.outputs["summary"].value = f'<p class="worse">{escape(str(error))}</p>'
            for name in ("picture", "table", "messages"):
                self.outputs[name].value = ""

    def _show(self) -> None:
        bench, choice, view = self._bench, self._bench.check(self.choice), self.view.value
        drawn = [picture(bench.draw(choice, view))]
        if view == "hours":
            drawn.append(picture(charts.draw_arrivals(bench, choice)))
        images = (
            f'<img alt="{escape(made.alt)}" width="820"'
            f' src="data:image/png;base64,{b64encode(made.png).decode()}">'
            for made in drawn
        )
        self.outputs["summary"].value = show_choice(bench, choice).html
        self.outputs["picture"].value = "".join(images)
        self.outputs["table"].value = show_view(bench, choice, view).html
        self.outputs["code"].value = write_code(choice, view, **self._origin)
        self._offer_contacts(view)

    def _offer_contacts(self, view: str) -> None:
        listed = view == "contacts"
        for part in (self.controls["contact"], self.outputs["messages"]):
            part.layout.display = None if listed else "none"
        if listed:
            ids = self._bench.contacts(self.choice)["contact_id"].tolist()
            self.controls["contact"].options = ids
            self.controls["contact"].value = ids[0] if ids else None
            self._read(None)

    def _read(self, _: object) -> None:
        contact = self.controls["contact"].value
        if contact is None:
            self.outputs["messages"].value = ""
            return
        messages = self._bench.messages(contact)
        shown = explore_tables.show_messages(messages, language=self.choice.language)
        self.outputs["messages"].value = shown.html

    def _text(self, key: str) -> str:
        return TEXTS[key][words.LANGUAGES.index(self.choice.language)]
