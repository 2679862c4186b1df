"""The design of a sample: what each contact's chance to be drawn is, and which are drawn.

A stratum is an agent's contacts of one kind, day, hours, customer type and channel. How many of it
are drawn is rounded by chance; which ones, their hashes say: the same whatever else is there.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import schema
from csqa.rules.sampling import COMPLAINT, DRAW, GROUPS, HIGH, LOW, NONE, ORDINARY, Sampling
from csqa.stats.allocation import chance_of_none, round_by_chance

AT_LEAST_ONE_REASON = "at_least_one"
CLOSED = {
    "peak": ("peak", "off_peak"),
    **{
        column.name: (*column.choices, schema.UNKNOWN)
        for column in schema.CONTACTS.columns
        if column.choices
    },
}
"""Values of strata: listed, so that a cell's number depends on no other cell."""

TWO_64 = float(2**64)


def hash_ids(seed: int, ids: Sequence[str]) -> NDArray[np.uint64]:
    """Three numbers per id that look drawn at random: for the choice, a second one, the order.

    Notes
    -----
    SHA-256 of the seed, a zero byte and the id in UTF-8: the same on every machine.

    Examples
    --------
    >>> hash_ids(1, ["C1", "C2"]).shape
    (2, 3)
    """
    first = hashlib.sha256(f"{seed}\0".encode())
    parts = []
    for one in ids:
        hashed = first.copy()
        hashed.update(one.encode("utf-8", "surrogatepass"))
        parts.append(hashed.digest()[:24])
    return np.frombuffer(b"".join(parts), dtype=">u8").astype(np.uint64).reshape(-1, 3)


def group_of(frame: pd.DataFrame, rules: Sampling) -> NDArray[np.str_]:
    """Tell each contact's kind, one of :data:`csqa.rules.sampling.GROUPS`."""
    csat = frame["csat"].to_numpy()
    conditions = [
        frame["complaint"].to_numpy(dtype=bool),
        csat <= rules.low_csat_at_most,
        csat >= rules.high_csat_at_least,
    ]
    return np.asarray(np.select(conditions, [COMPLAINT, LOW, HIGH], ORDINARY), dtype=np.str_)


def design(frame: pd.DataFrame, rules: Sampling, seed: int) -> pd.DataFrame:
    """Add to each contact of a frame its stratum, its chance, and whether it is drawn.

    Parameters
    ----------
    frame : DataFrame
        From :func:`csqa.engine.sampling_frame.fetch_frame`.
    rules : Sampling
        Rate, strata, over-sampling.
    seed : int
        Which of the possible samples.

    Returns
    -------
    DataFrame, the same rows
        With ``group``, ``stratum``, ``inclusion_probability``, ``drawn`` (bool), ``reason``, and
        ``hash_second``, ``hash_order``.

    Notes
    -----
    Cell h is due ``p_g N_h``; ``floor`` of that plus a uniform number are drawn, those with the
    smallest hashes: each contact's chance is ``p_g``, exactly. If an agent got none, which has the
    chance ``q``, the product over the agent's cells of ``1 - p_g N_h`` (0 from 1 on), the smallest
    hash of the agent's ``m`` contacts is drawn: that adds ``q/m`` to each, exactly, for the
    rounding and the hashes of the contacts do not depend on each other.
    """
    rows = frame.assign(group=group_of(frame, rules))
    stratum = rows["agent_id"]
    for name in rules.strata:
        stratum = stratum + "/" + rows[name]
    rows["stratum"] = stratum
    hashes = hash_ids(seed, rows["contact_id"].tolist())
    rows = rows.assign(hash_draw=hashes[:, 0], hash_second=hashes[:, 1], hash_order=hashes[:, 2])
    cells = _cells(rows, rules, seed)
    keys = ["agent_id", "day", "cell"]
    rows["cell"] = _numbers(rows, rules)
    rows = rows.merge(cells, on=keys, how="left", validate="many_to_one")
    rank = rows.groupby(keys)["hash_draw"].rank(method="first").to_numpy()
    drawn = rank <= rows["size"].to_numpy()
    rows = rows.assign(drawn=drawn, reason=rows["group"])
    rows = _promise(rows, cells, rules)
    return rows.drop(columns=["cell", "due", "size", "hash_draw"])


def _numbers(rows: pd.DataFrame, rules: Sampling) -> NDArray[np.int_]:
    """Number of each contact's cell, from the listed values alone."""
    number = pd.Categorical(rows["group"], categories=GROUPS).codes.astype(np.int_)
    for name in rules.strata:
        values = CLOSED[name]
        codes = pd.Categorical(rows[name], categories=values).codes.astype(np.int_)
        number = number * len(values) + codes
    return number


def _cells(rows: pd.DataFrame, rules: Sampling, seed: int) -> pd.DataFrame:
    """What each cell is due, and how many are drawn of it."""
    numbered = rows.assign(cell=_numbers(rows, rules))
    keys = ["agent_id", "day", "cell"]
    cells = numbered.groupby(keys, as_index=False).agg(
        count=("contact_id", "size"), group=("group", "first")
    )
    chance = cells["group"].map({group: rules.probability(group) for group in GROUPS})
    # A zero byte: an agent may be called like a contact.
    named = "\0" + cells["agent_id"] + "\0" + cells["day"] + "\0" + cells["cell"].astype(str)
    start = hash_ids(seed, named.tolist())[:, 0] / TWO_64
    due = (chance * cells["count"]).astype(np.float64)
    cells = cells.assign(due=due, inclusion_probability=chance.astype(np.float64))
    sizes = round_by_chance(due, start)
    return cells.assign(size=sizes).drop(columns=["group", "count"])


def _promise(rows: pd.DataFrame, cells: pd.DataFrame, rules: Sampling) -> pd.DataFrame:
    """Draw one contact of each agent that got none, and add the chance of that to all of theirs."""
    if rules.at_least_one == NONE or rows.empty:
        return rows
    keys = ["agent_id"] if rules.at_least_one == DRAW else ["agent_id", "day"]
    known = cells[cells["agent_id"] != schema.UNKNOWN]
    unrounded = known.assign(missed=chance_of_none(known["due"]))
    missed = unrounded.groupby(keys, as_index=False)["missed"].prod()
    by_agent = rows.groupby(keys)
    chance = rows[keys].merge(missed, on=keys, how="left")["missed"].fillna(0.0).to_numpy()
    share = chance / by_agent["contact_id"].transform("size").to_numpy()
    named = (rows["agent_id"] != schema.UNKNOWN).to_numpy(dtype=bool)
    none = ~by_agent["drawn"].transform("any").to_numpy(dtype=bool) & named
    first = by_agent["hash_draw"].rank(method="first").to_numpy() == 1
    chosen = none & first
    return rows.assign(
        inclusion_probability=np.minimum(rows["inclusion_probability"].to_numpy() + share, 1.0),
        drawn=rows["drawn"].to_numpy() | chosen,
        reason=np.where(chosen, AT_LEAST_ONE_REASON, rows["reason"].to_numpy()),
    )
