-- One row per inspected contact: how many faults of each kind, NULL where none was looked for.
SELECT
    facts.*,
    faults.wording_faults,
    faults.accuracy_faults,
    faults.process_faults
    {scores}
FROM {facts} AS facts
JOIN (
    SELECT
        contact_id,
        SUM(CASE WHEN counts_as = 'wording' THEN fault END) AS wording_faults,
        SUM(CASE WHEN counts_as = 'accuracy' THEN fault END) AS accuracy_faults,
        SUM(CASE WHEN counts_as = 'process' THEN fault END) AS process_faults
    FROM ({judged}) AS judged
    WHERE fault IS NOT NULL
    GROUP BY contact_id
) AS faults ON faults.contact_id = facts.contact_id
{records}
