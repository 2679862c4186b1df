-- The inspections as the last decision on each contact and item has them: what was overturned is
-- taken as corrected, whoever judged it; what names no correction stays, and so does what is
-- corrected by a score alone where the form has no scale for it.
(
    SELECT
        original.contact_id,
        original.inspector,
        original.item,
        CASE
            WHEN decided.corrected_result IS NOT NULL OR known.low IS NOT NULL
                AND decided.contact_id IS NOT NULL THEN decided.corrected_result
            ELSE original.result
        END AS result,
        CASE
            WHEN decided.corrected_result IS NOT NULL OR known.low IS NOT NULL
                AND decided.contact_id IS NOT NULL THEN decided.corrected_score
            ELSE original.score
        END AS score,
        original.critical,
        original.weight,
        original.second_coding
    FROM {inspections} AS original
    LEFT JOIN ({form}) AS known ON known.spelling = LOWER(original.item)
    LEFT JOIN (
        SELECT
            disputed.contact_id,
            COALESCE(named.item_key, disputed.item) AS item_key,
            disputed.corrected_result,
            disputed.corrected_score,
            ROW_NUMBER() OVER (
                PARTITION BY disputed.contact_id, COALESCE(named.item_key, disputed.item)
                ORDER BY COALESCE(disputed.decided_at, disputed.filed_at) DESC,
                    disputed.dispute_id DESC
            ) AS nth
        FROM {disputes} AS disputed
        LEFT JOIN ({form}) AS named ON named.spelling = LOWER(disputed.item)
        WHERE disputed.outcome = 'overturned'
            AND (disputed.corrected_result IS NOT NULL OR disputed.corrected_score IS NOT NULL)
    ) AS decided
        ON decided.contact_id = original.contact_id
        AND decided.item_key = COALESCE(known.item_key, original.item)
        AND decided.nth = 1
)
