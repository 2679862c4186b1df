-- One row per inspected contact: how many faults of each kind, NULL where none was looked for.
-- The faults that each inspector found are added, then the inspectors averaged, in whole sixtieths:
-- a contact that two judged is still one record.
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
        {wording} AS wording_faults,
        {accuracy} AS accuracy_faults,
        {process} AS process_faults
    FROM (
        SELECT
            contact_id,
            inspector,
            SUM(CASE WHEN counts_as = 'wording' THEN fault END) AS wording,
            SUM(CASE WHEN counts_as = 'accuracy' THEN fault END) AS accuracy,
            SUM(CASE WHEN counts_as = 'process' THEN fault END) AS process
        FROM ({judged}) AS judged
        WHERE fault IS NOT NULL
        GROUP BY contact_id, inspector
    ) AS by_inspector
    GROUP BY contact_id
) AS faults ON faults.contact_id = facts.contact_id
{records}
