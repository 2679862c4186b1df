-- Contacts followed by another one of the same customer on the same topic within the window.
-- Narrow on purpose: the window runs over few columns and yields a small set of keys.
SELECT {key}
FROM (
    SELECT
        {key},
        created_at,
        LEAD(created_at) OVER (
            PARTITION BY customer_id, COALESCE(topic, '')
            ORDER BY created_at, contact_id
        ) AS next_at
    FROM {candidates} AS contacts
    WHERE customer_id IS NOT NULL
) AS ordered
WHERE next_at IS NOT NULL AND {until_next} <= {window_milliseconds}
