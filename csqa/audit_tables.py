"""The table of audited causes: what people found in cases drawn at random."""

from csqa.columntypes import TEXT, Column, Table

CAUSE_AUDITS = Table(
    name="cause_audits",
    zh="归因复核",
    row="one case drawn at random, and the causes that a person found in it",
    key=("case_id",),
    aliases=("归因复核表", "原因复核", "cause audit"),
    columns=(
        Column("case_id", TEXT, "案例编号", ("案例", "case"), required=True),
        # Empty as long as nobody has read the case: it was drawn all the same.
        Column(
            "audited", TEXT, "复核归因", ("人工归因", "复核原因", "audited causes"), required=True
        ),
        Column("causes", TEXT, "规则归因", ("规则原因",)),
    ),
)
