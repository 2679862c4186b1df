-- Complaints that follow another one of the same customer on the same topic within the window.
SELECT {key}
FROM (
    SELECT
        {key},
        created_at,
        LAG(created_at) OVER (
            PARTITION BY customer_id, COALESCE(topic, '')
            ORDER BY created_at, contact_id
        ) AS previous_at
    FROM {contacts} AS contacts
    WHERE customer_id IS NOT NULL AND complaint
) AS ordered
WHERE previous_at IS NOT NULL AND {since_previous} <= {complaint_window}
