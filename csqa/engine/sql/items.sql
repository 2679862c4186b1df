-- One row per inspected contact and item: its rating, weight and whether it makes the record 0.
-- Rows of one inspector are averaged, then the inspectors: who writes two rows has one voice.
SELECT
    contact_id,
    item_key,
    {mean_rating} AS rating,
    {mean_weight} AS weight,
    MAX(killed) AS killed,
    SUM(set_aside) AS set_aside
FROM (
    SELECT
        contact_id,
        item_key,
        inspector,
        {mean_rating} AS rating,
        {mean_weight} AS weight,
        MAX(killed) AS killed,
        COUNT(set_aside) AS set_aside
    FROM ({judged}) AS judged
    GROUP BY contact_id, item_key, inspector
) AS inspected
GROUP BY contact_id, item_key
