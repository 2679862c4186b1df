-- Contacts followed by another one of the same customer on the same topic within the window.
-- Narrow on purpose: the window runs over four columns and yields a small set of ids.
CREATE OR REPLACE TEMP TABLE repeats AS
SELECT contact_id
FROM (
    SELECT
        contact_id,
        created_at,
        LEAD(created_at) OVER (
            PARTITION BY customer_id, COALESCE(topic, '')
            ORDER BY created_at, contact_id
        ) AS next_at
    FROM contacts
    WHERE customer_id IS NOT NULL
) AS ordered
WHERE next_at IS NOT NULL AND {milliseconds_next_at_created_at} <= {window_milliseconds}
