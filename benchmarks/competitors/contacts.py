"""Made-up contacts of two years as Parquet: the same bytes for the same number of rows.

``python -m benchmarks.competitors.contacts ROWS FOLDER`` runs in a process of its own, so that
its memory is not counted as a competitor's. Random numbers are hashes of the row's number: no
state, any piece can be made alone.
"""

import sys
from pathlib import Path

import duckdb

PIECE = 10_000_000
"""Rows of one file at most."""
ROWS_PER_AGENT, FEWEST_AGENTS, TEAMS, CONTACTS_PER_CUSTOMER = 5_000, 20, 8, 3

# Numbers in the ids are padded: the order of the file is then the order of the ids, and where two
# contacts of a customer are of the same second nobody has to sort texts to agree on the first.
CONTACTS = """
SELECT
    'C' || lpad(i::VARCHAR, 9, '0') AS contact_id,
    'U' || floor({u0} * {customers})::BIGINT AS customer_id,
    CASE WHEN {u1} < 0.45 THEN 'phone' WHEN {u1} < 0.85 THEN 'online' ELSE 'email' END AS channel,
    ['presale', 'aftersale', 'complaint'][1 + floor({u2} * 3)::INT] AS scene,
    ['安装', '维修', '物流', '退换货', '发票'][1 + floor({u3} * 5)::INT] AS topic,
    'K' || floor({u4} * {agents})::BIGINT AS agent_id,
    'T' || (floor({u4} * {agents})::BIGINT % {teams}) AS team,
    created AS created_at,
    created + to_seconds(1 + floor({u6} * 89)::BIGINT) AS first_response_at,
    30 + floor({u7} * 1770)::BIGINT AS handle_seconds,
    {u8} < 0.95 AS resolved,
    {u9} < 0.02 AS reopened,
    CASE WHEN {u10} < 0.4 THEN 1 + floor({u11} * 5)::BIGINT END AS csat,
    CASE WHEN {u12} < 0.15 THEN floor({u13} * 11)::BIGINT END AS nps,
    {u14} < 0.03 AS complaint,
    {u15} < 0.02 AS praise
FROM (
    SELECT i, TIMESTAMP '2023-07-01' + to_seconds(floor({u5} * 730 * 86400)::BIGINT) AS created
    FROM range({start}, {stop}) AS numbers(i)
)
"""


def contacts_query(rows: int, start: int, stop: int) -> str:
    """SQL of the contacts numbered ``start`` to ``stop``, of ``rows`` in all."""
    uniform = {
        f"u{k}": f"((hash(i * 16 + {k}) >> 11)::DOUBLE / 9007199254740992)" for k in range(16)
    }
    return CONTACTS.format(
        **uniform,
        start=start,
        stop=stop,
        customers=max(rows // CONTACTS_PER_CUSTOMER, 1),
        agents=max(rows // ROWS_PER_AGENT, FEWEST_AGENTS),
        teams=TEAMS,
    )


def make_contacts(rows: int, folder: Path) -> Path:
    """Write the contacts: a file, or a folder of pieces where they are more than one piece.

    Parameters
    ----------
    rows : int
        How many.
    folder : Path
        Where; a file of that many rows that is there already is taken as it is.

    Returns
    -------
    Path
        The file, or the folder of pieces.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [(start, min(start + PIECE, rows)) for start in range(0, rows, PIECE)]
    if len(pieces) == 1:
        return _write(rows, pieces[0], folder / f"contacts_{rows}.parquet")
    parts = folder / f"contacts_{rows}"
    parts.mkdir(exist_ok=True)
    for number, piece in enumerate(pieces):
        _write(rows, piece, parts / f"contacts_{number:03d}.parquet")
    return parts


def _write(rows: int, piece: tuple[int, int], path: Path) -> Path:
    if path.exists():
        return path
    unfinished = path.with_suffix(".unfinished")
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({contacts_query(rows, *piece)}) TO '{unfinished}' (FORMAT parquet)"
        )
    return unfinished.rename(path)


if __name__ == "__main__":
    print(make_contacts(int(float(sys.argv[1])), Path(sys.argv[2])))
