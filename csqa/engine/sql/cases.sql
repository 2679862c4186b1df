-- Contacts of some months that are cases, and why: 1, 0, or NULL where it is not known.
SELECT *
FROM (
    SELECT
        contacts.contact_id AS contact_id,
        contacts.customer_id AS customer_id,
        contacts.created_at AS created_at,
        CASE WHEN contacts.complaint THEN 1 WHEN NOT contacts.complaint THEN 0 END AS complaint,
        CASE WHEN contacts.csat <= {low_rating} THEN 1 WHEN contacts.csat IS NOT NULL THEN 0 END
            AS low_rating,
        judged.fault AS failed_inspection,
        CASE WHEN heard.contact_id IS NOT NULL THEN 1 ELSE 0 END AS feedback
    FROM {contacts} AS contacts
    LEFT JOIN ({judged}) AS judged ON judged.contact_id = contacts.contact_id
    LEFT JOIN ({heard}) AS heard ON heard.contact_id = contacts.contact_id
    WHERE {in_months}
) AS contacts
WHERE {wanted}
