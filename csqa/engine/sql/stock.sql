-- One row per contact and moment at which it is open, or may be: created by then, not resolved by
-- then. Resolved at an unknown time is not known until now, when it no longer is open.
SELECT
    ends.nth AS nth,
    {units}
    CASE WHEN contacts.resolved_at IS NOT NULL OR {still_open} THEN 1 ELSE 0 END AS is_open,
    {age_then} AS age,
    {limit} AS limit_,
    {risk} AS risk_from
FROM {contacts} AS contacts
JOIN {ends} AS ends
    ON contacts.created_at <= ends.ends_at
    AND COALESCE(contacts.resolved_at, TIMESTAMP '9999-12-31 00:00:00') > ends.ends_at
{teams}
WHERE NOT COALESCE(contacts.abandoned, FALSE)
    AND (contacts.resolved_at IS NOT NULL OR NOT COALESCE(contacts.resolved, FALSE) OR ends.is_now = 0)
