-- Contacts by what became of their limit: met, missed, not decided yet, resolved at an unknown time.
SELECT
    period,
    {keys},
    MAX(limit_) AS limit_,
    SUM(CASE WHEN took <= limit_ THEN 1 ELSE 0 END) AS met,
    SUM(CASE WHEN took > limit_ OR waits > limit_ THEN 1 ELSE 0 END) AS missed,
    SUM(CASE WHEN waits <= limit_ THEN 1 ELSE 0 END) AS undecided,
    SUM(CASE WHEN took IS NULL AND waits IS NULL AND limit_ IS NOT NULL THEN 1 ELSE 0 END)
        AS time_unknown,
    SUM(CASE WHEN limit_ IS NULL THEN 1 ELSE 0 END) AS no_limit
FROM (
    SELECT
        {period} AS period,
        {units}
        {limit} AS limit_,
        CASE WHEN contacts.resolved_at IS NOT NULL THEN {until_resolution} END AS took,
        CASE WHEN contacts.resolved_at IS NULL AND NOT COALESCE({resolved}, FALSE) THEN {age} END
            AS waits
    FROM {contacts} AS contacts
    {teams}
) AS timed
GROUP BY period, {keys}
