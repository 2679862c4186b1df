-- One row per inspected contact: its score in whole millionths of a point.
SELECT
    contact_id,
    CASE WHEN killed = 1 THEN 0 ELSE weighted END AS record_score,
    weighted AS record_score_unkilled,
    CASE WHEN rated > 0 THEN 1 - killed END AS critical_free,
    set_aside
FROM (
    SELECT
        contact_id,
        COUNT(rating) AS rated,
        MAX(killed) AS killed,
        SUM(set_aside) AS set_aside,
        CASE WHEN SUM(weight) > 0 THEN
            CAST(FLOOR(CAST(SUM(CAST(weight AS {wide}) * rating) AS {number})
                / CAST(SUM(weight) AS {number}) / 10 + 0.5) AS {whole})
        END AS weighted
    FROM ({items}) AS items
    GROUP BY contact_id
) AS records
