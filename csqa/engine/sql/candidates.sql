-- Hashes of customer and topic under which two contacts follow each other within the window.
SELECT DISTINCT customer_topic
FROM (
    SELECT
        customer_topic,
        created_at,
        LEAD(created_at) OVER (PARTITION BY customer_topic ORDER BY created_at) AS next_at
    FROM (
        SELECT {hashed} AS customer_topic, created_at
        FROM {contacts}
        WHERE customer_id IS NOT NULL
    ) AS hashed
) AS ordered
WHERE next_at IS NOT NULL AND {until_next} <= {window_milliseconds}
