-- One row per judged item: what it counts as, whether it failed, and what it is rated.
-- Ratings are whole billionths of the scale, weights whole millionths: exact in any order.
SELECT
    contact_id,
    item_key,
    inspector,
    counts_as,
    weight,
    CASE WHEN counted = 1 THEN rated END AS rating,
    CASE
        WHEN result = 'fail' THEN 1
        WHEN result = 'pass' THEN 0
        WHEN rated < 500000000 THEN 1
        WHEN rated IS NOT NULL THEN 0
    END AS fault,
    CASE WHEN critical = 1 AND counted = 1 AND rated < 500000000 THEN 1 ELSE 0 END AS killed,
    CASE
        WHEN result = 'not_applicable' THEN NULL
        WHEN counted = 0 THEN 'not_listed'
        WHEN rated IS NOT NULL THEN NULL
        WHEN low IS NULL THEN 'no_scale'
        ELSE 'beyond_scale'
    END AS set_aside,
    score
FROM (
    SELECT
        inspections.contact_id,
        COALESCE(form.item_key, inspections.item) AS item_key,
        {inspector} AS inspector,
        form.counts_as,
        inspections.result,
        inspections.score,
        form.low,
        COALESCE(form.counted, {others}) AS counted,
        CASE WHEN inspections.critical THEN 1 ELSE COALESCE(form.critical, 0) END AS critical,
        CAST(FLOOR(COALESCE(inspections.weight, form.weight, 1) * 1000000 + 0.5) AS {whole})
            AS weight,
        CASE
            WHEN inspections.result = 'not_applicable' THEN NULL
            WHEN inspections.score IS NULL OR form.low IS NULL THEN
                CASE
                    WHEN inspections.result = 'pass' THEN 1000000000
                    WHEN inspections.result = 'fail' THEN 0
                END
            WHEN inspections.score BETWEEN form.low AND form.high THEN
                CAST(FLOOR((inspections.score - form.low) / (form.high - form.low)
                    * 1000000000 + 0.5) AS {whole})
        END AS rated
    FROM {inspections} AS inspections
    LEFT JOIN ({form}) AS form ON form.spelling = LOWER(inspections.item)
    WHERE {codings}
) AS valued
