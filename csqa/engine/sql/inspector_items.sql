-- One row per contact, item and inspector: the rating (NULL: not applicable) and its weight.
-- between_ends tells a score from a pass or a fail; judges counts who judged the same.
SELECT
    judged_by.*,
    COUNT(*) OVER (PARTITION BY contact_id, item_key) AS judges
FROM (
    SELECT
        contact_id,
        item_key,
        inspector,
        {mean_rating} AS rating,
        {mean_weight} AS weight,
        MAX(CASE WHEN rating > 0 AND rating < 1000000000 THEN 1 ELSE 0 END) AS between_ends
    FROM ({judged}) AS judged
    WHERE inspector <> '' AND set_aside IS NULL
    GROUP BY contact_id, item_key, inspector
) AS judged_by
