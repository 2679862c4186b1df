"""What a section says whose tables are not given: a gap is told, never left blank."""

from csqa import schema, words
from csqa.engine.dataset import Dataset
from csqa.errors import check_option
from csqa.show.html import Html, paragraph

TEXTS = {
    "zh": "没有提供{}，本节没有要用它的结果。",
    "en": "Not given: {}. What needs it is not shown here.",
}
JOINTS = {"zh": "、", "en": ", "}


def show_absent(data: Dataset, *tables: str, language: str = "zh") -> Html:
    """Say which of the tables that a section needs are not given.

    Parameters
    ----------
    data : Dataset
        As loaded.
    *tables : str
        Names of tables, of :data:`csqa.schema.TABLES`.
    language : {"zh", "en"}
        Of the sentence.

    Returns
    -------
    Html
        One sentence; empty where all are given.

    Raises
    ------
    RuleError
        If there is no such table or language.

    Examples
    --------
    >>> import pandas as pd
    >>> contacts = pd.DataFrame({"contact_id": ["1"], "channel": "online"})
    >>> contacts["created_at"] = "2025-06-02 09:00:00"
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> show_absent(data, "contacts", "messages").text
    '没有提供会话消息（messages），本节没有要用它的结果。'
    >>> show_absent(data, "messages", "inspections", language="en").text
    'Not given: messages, inspections. What needs it is not shown here.'
    """
    check_option("language", language, words.LANGUAGES)
    for table in tables:
        check_option("tables", table, tuple(schema.TABLES))
    absent = [table for table in tables if not data.has(table)]
    if not absent:
        return Html("", "")
    named = [f"{schema.TABLES[t].zh}（{t}）" if language == "zh" else t for t in absent]
    return paragraph(TEXTS[language].format(JOINTS[language].join(named)))
