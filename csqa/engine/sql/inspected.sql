-- One row per inspected contact: how many faults of each item; NULL where an item did not apply.
SELECT
    facts.*,
    faults.wording_faults,
    faults.accuracy_faults,
    faults.process_faults
FROM {facts} AS facts
JOIN (
    SELECT
        contact_id,
        SUM(CASE WHEN item = 'wording' THEN fault END) AS wording_faults,
        SUM(CASE WHEN item = 'accuracy' THEN fault END) AS accuracy_faults,
        SUM(CASE WHEN item = 'process' THEN fault END) AS process_faults
    FROM (
        SELECT contact_id, item, CASE WHEN result = 'fail' THEN 1 ELSE 0 END AS fault
        FROM {inspections}
        WHERE result <> 'not_applicable'
    ) AS judged
    GROUP BY contact_id
) AS faults ON faults.contact_id = facts.contact_id
