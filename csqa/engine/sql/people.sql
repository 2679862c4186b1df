-- The contacts of some months, numbered; what is told of each.
SELECT
    contacts.contact_id AS contact_id,
    ROW_NUMBER() OVER (ORDER BY {ordered_contact}) AS contact,
    contacts.priority AS priority,
    contacts.channel AS channel,
    {resolved_at} AS resolved,
    CASE WHEN {resolved} THEN 1 ELSE 0 END AS resolved_told,
    {created} AS created,
    {by} AS unit
FROM {contacts} AS contacts
WHERE {months}
