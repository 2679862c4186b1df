"""DuckDB by hand: narrow coded facts, one scan per grouping, both quantiles of a column at once.

Sums are taken per line of the standard and added up afterwards: a group more is cheaper than a
condition in every sum. The number of a row in its file serves as its id.
"""

from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.competitors.task import FLAGS, LATEST_SECONDS, PEAK_HOURS, PROBABILITIES, UNITS

REPEATS = """CREATE TEMP TABLE repeats AS SELECT id FROM (
    SELECT file_row_number AS id, created_at, lead(created_at) OVER (
        PARTITION BY customer_id, topic ORDER BY created_at, file_row_number
    ) AS next_at FROM {source}
) WHERE next_at <= created_at + INTERVAL 7 DAY"""

FACTS = """CREATE TEMP TABLE facts AS
SELECT *, CASE line {cases} END AS late
FROM (
    SELECT
        (12 * year(created_at) + month(created_at) - 1)::SMALLINT AS month,
        agent_id::agents AS agent_id, team::teams AS team, channel::channels AS channel,
        CASE
            WHEN channel = 'online' AND scene = 'aftersale' THEN 'online_over_aftersale'
            WHEN channel = 'online' AND peak THEN 'online_over_peak'
            WHEN channel = 'online' THEN 'online_over_base'
            WHEN channel = 'phone' AND peak THEN 'phone_over_peak'
            WHEN channel = 'phone' THEN 'phone_over_base'
        END::lines AS line,
        (epoch_ms(first_response_at) - epoch_ms(created_at))::INTEGER AS wait,
        handle_seconds::INTEGER AS handle,
        CASE WHEN created_at <= getvariable('last_decided')
            THEN resolved AND NOT reopened AND repeats.id IS NULL END::TINYINT AS fcr,
        (csat >= 4)::TINYINT AS csat,
        CASE WHEN nps >= 9 THEN 1 WHEN nps >= 7 THEN 0 WHEN nps >= 0 THEN -1 END::TINYINT AS nps,
        complaint::TINYINT AS complaint,
        praise::TINYINT AS praise
    FROM (SELECT *, {peak} AS peak FROM {source}) AS contacts
    LEFT JOIN repeats ON repeats.id = contacts.file_row_number
)"""

STRATA = """WITH strata AS (
    SELECT month, {unit}, line,
        count(wait) AS wait_n, sum(wait) AS wait_total, sum(wait::BIGINT * wait) AS wait_squares,
        count(*) FILTER (late) AS late_n,
        count(handle) AS handle_n, sum(handle) AS handle_total,
        sum(handle::BIGINT * handle) AS handle_squares,
        count(*) FILTER (handle > {latest_handle}) AS handle_over_base, {flag_sums}
    FROM facts GROUP BY ALL
)
SELECT month, {unit}, {waits},
    sum(handle_n) AS handle_n, sum(handle_total) / sum(handle_n) AS handle_mean,
    sum(handle_squares) AS handle_squares, sum(handle_over_base) AS handle_over_base, {flags}
FROM strata GROUP BY ALL"""

WAIT = """sum(wait_n) FILTER ({here}) AS {channel}_n,
    sum(wait_total) FILTER ({here}) / 1e3 / sum(wait_n) FILTER ({here}) AS {channel}_mean,
    sum(wait_squares) FILTER ({here}) / 1e6 AS {channel}_squares"""

QUANTILES = """SELECT month, {unit}, quantile_cont({value}, {probabilities}) AS quantiles
FROM facts WHERE {here} GROUP BY ALL"""

Results = dict[str, tuple[pd.DataFrame, dict[str, pd.DataFrame]]]
LINES = {
    f"{channel}_over_{line}": seconds
    for channel in ("online", "phone")
    for line, seconds in LATEST_SECONDS[channel].items()
}
VALUES = {
    "online": ("wait", "channel = 'online'"),
    "phone": ("wait", "channel = 'phone'"),
    "handle": ("handle", "TRUE"),
}


def measure(path: Path) -> Results:
    """Sums and quantiles by each unit."""
    with duckdb.connect() as connection:
        make_facts(connection, path)
        return {unit: measure_by(connection, unit) for unit in UNITS}


def make_facts(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Keep the narrow facts in the session."""
    source = f"read_parquet('{path}', file_row_number = true)"
    names = ", ".join(f"'{name}'" for name in LINES)
    peak = " OR ".join(f"hour(created_at) = {hour}" for hour in PEAK_HOURS)  # `IN` is a join here
    late = " ".join(f"WHEN '{name}' THEN wait > {1000 * s}" for name, s in LINES.items())
    for statement in (
        f"CREATE TYPE agents AS ENUM (SELECT DISTINCT agent_id FROM {source})",
        f"CREATE TYPE teams AS ENUM (SELECT DISTINCT team FROM {source})",
        f"CREATE TYPE channels AS ENUM (SELECT DISTINCT channel FROM {source})",
        f"CREATE TYPE lines AS ENUM ({names})",
        f"SET VARIABLE last_decided = (SELECT max(created_at) - INTERVAL 7 DAY FROM {source})",
        REPEATS.format(source=source),
        FACTS.format(source=source, cases=late, peak=peak),
    ):
        connection.execute(statement)


def measure_by(
    connection: duckdb.DuckDBPyConnection, unit: str
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """One scan for the sums, and one per duration for its quantiles."""
    inner = ", ".join(f"count({flag}) AS {flag}_n, sum({flag}) AS {flag}_total" for flag in FLAGS)
    outer = ", ".join(
        f"sum({flag}_n) AS {flag}_n, sum({flag}_total) / sum({flag}_n) AS {flag}_mean"
        for flag in FLAGS
    )
    waits = [WAIT.format(channel=name, here=f"line LIKE '{name}%'") for name in ("online", "phone")]
    waits += [f"sum(late_n) FILTER (line = '{name}') AS {name}" for name in LINES]
    sums = STRATA.format(
        unit=unit,
        flag_sums=inner,
        flags=outer,
        waits=", ".join(waits),
        latest_handle=LATEST_SECONDS["handle"]["base"],
    )
    quantiles = {
        name: QUANTILES.format(unit=unit, value=value, here=here, probabilities=list(PROBABILITIES))
        for name, (value, here) in VALUES.items()
    }
    found = {name: connection.execute(query).df() for name, query in quantiles.items()}
    return connection.execute(sums).df(), found


def tidy(results: Results) -> dict[str, pd.DataFrame]:
    """One row per period and unit, columns as in :func:`task.figures`."""
    tables = {}
    for unit, (sums, quantiles) in results.items():
        keys = ["month", unit]
        table = sums.astype({unit: "str"})
        for name, found in quantiles.items():
            values = pd.DataFrame(found.pop("quantiles").tolist())
            values.columns = [f"{name}_p{100 * p:.0f}" for p in PROBABILITIES]
            scaled = values / (1 if name == "handle" else 1000)
            found = found.astype({unit: "str"}).join(scaled)
            table = table.merge(found, how="left", on=keys)
        month = table.pop("month").to_numpy()
        period = [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in month]
        tables[unit] = table.assign(period=period)
    return tables
