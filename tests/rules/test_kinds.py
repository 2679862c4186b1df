"""A rule file given in the place of another is told as what it is."""

import pytest

from csqa.errors import RuleError
from csqa.rules.calendar import CALENDAR_KEYS, read_calendar
from csqa.rules.files import DEFAULTS, read_rules
from csqa.rules.fishbone import FISHBONE_KEYS, read_fishbone
from csqa.rules.inspection import FORM_KEYS
from csqa.rules.kinds import KINDS, STANDARD_KEYS, detect_kind
from csqa.rules.mapping import read_mapping
from csqa.rules.mapping_tables import MAPPING_KEYS
from csqa.rules.phrases import PHRASE_KEYS
from csqa.rules.process import PROCESS_KEYS
from csqa.rules.review_settings import BOUNDS
from csqa.rules.sampling import SAMPLING_KEYS
from csqa.rules.sentiment import SENTIMENT_KEYS
from csqa.rules.standard_reader import read_standard
from csqa.rules.verification import VERIFICATION_KEYS

SHIPPED = {
    "standard": DEFAULTS / "standard.yml",
    "calendar": DEFAULTS / "calendar.yml",
    "phrases": DEFAULTS / "phrases.yml",
    "fishbone": DEFAULTS / "fishbone.yml",
    "sentiment": DEFAULTS / "sentiment.yml",
    "form": DEFAULTS / "inspection.yml",
    "review": DEFAULTS / "review.yml",
    "sampling": DEFAULTS / "sampling.yml",
    "process": DEFAULTS / "process.yml",
    "verification": DEFAULTS / "verification.yml",
    "mapping": DEFAULTS / "mappings" / "zendesk.yml",
}


def test_keys_are_those_of_the_readers():
    readers = {
        "standard": STANDARD_KEYS,
        "mapping": MAPPING_KEYS,
        "calendar": CALENDAR_KEYS,
        "phrases": PHRASE_KEYS,
        "sentiment": SENTIMENT_KEYS,
        "form": FORM_KEYS,
        "fishbone": FISHBONE_KEYS,
        "review": tuple(BOUNDS),
        "sampling": SAMPLING_KEYS,
        "process": PROCESS_KEYS,
        "verification": VERIFICATION_KEYS,
    }
    assert {name: kind.keys for name, kind in KINDS.items()} == readers


@pytest.mark.parametrize("kind", SHIPPED)
def test_shipped_files_are_of_their_kind(kind):
    assert detect_kind(read_rules(SHIPPED[kind]).content) == kind


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (["standard"], "standard"),
        (["standards", "tables"], "standard"),
        (["peak_hour"], "calendar"),
        (["x", "y"], None),
        ([], None),
        ([1, None], None),
    ],
)
def test_a_misspelt_key_still_tells_the_kind(keys, kind):
    assert detect_kind(keys) == kind


def test_another_file_is_refused_with_how_to_give_it():
    with pytest.raises(RuleError, match=r"calendar\.yml：这是日历，不是评分标准；请用 --calendar"):
        read_standard(SHIPPED["calendar"])
    with pytest.raises(RuleError, match=r"zendesk\.yml：这是映射，不是日历；请用 --mapping 指定。"):
        read_calendar(SHIPPED["mapping"])
    with pytest.raises(RuleError, match="它是评分标准，用 --standard 指定。"):
        read_mapping(SHIPPED["standard"])


def test_keys_that_two_kinds_share_fit_both(tmp_path):
    path = tmp_path / "own.yml"
    path.write_text("extends: shipped\nwithout: [charges]\n", encoding="utf-8")
    assert "charges" not in read_fishbone(path).ids
