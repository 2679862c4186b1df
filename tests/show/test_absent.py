"""What a section says whose tables are not given."""

import pytest

import csqa
from csqa.errors import RuleError
from tests.tables import contacts, inspections

DATA = {"contacts": contacts({}), "inspections": inspections(("C1", "开场白", "合格"))}


def test_only_what_is_not_given_is_named():
    data = csqa.load(DATA)
    told = csqa.tables.show_absent(data, "inspections", "disputes", "messages")
    assert told.text.startswith("没有提供申诉记录（disputes）、会话消息（messages），")
    assert "质检记录" not in told.text
    english = csqa.tables.show_absent(data, "disputes", language="en").text
    assert english.startswith("Not given: disputes.")


def test_nothing_is_said_where_all_is_given():
    found = csqa.tables.show_absent(csqa.load(DATA), "contacts", "inspections")
    assert (found.html, found.text) == ("", "")


@pytest.mark.parametrize(("names", "language"), [(["scores"], "zh"), (["messages"], "fr")])
def test_an_unknown_table_or_language_is_refused(names, language):
    with pytest.raises(RuleError, match="应为"):
        csqa.tables.show_absent(csqa.load(DATA), *names, language=language)
