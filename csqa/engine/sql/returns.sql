-- Contacts of a customer after an earlier one on the same topic that had been called resolved.
-- Narrow, as the contacts that another one follows: the window runs over few columns.
SELECT {key}, created_at AS returned_at, resolved_at_first
FROM (
    SELECT
        {key},
        created_at,
        MAX(CASE WHEN {resolved} THEN created_at END) OVER (
            PARTITION BY customer_id, COALESCE(topic, '')
            ORDER BY created_at, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS resolved_at_first
    FROM {candidates} AS contacts
    WHERE customer_id IS NOT NULL
) AS ordered
WHERE resolved_at_first IS NOT NULL
