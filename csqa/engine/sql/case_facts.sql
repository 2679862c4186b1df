-- One row per contact that is a case, with what was recorded of it.
SELECT
    cases.contact_id AS contact_id,
    {period} AS period,
    contacts.local_at AS local_at,
    contacts.created_at AS created_at,
    cases.complaint AS complaint,
    cases.low_rating AS low_rating,
    cases.failed_inspection AS failed_inspection,
    cases.feedback AS feedback,
    {agent} AS agent_id,
    {team} AS team,
    contacts.channel AS channel,
    contacts.scene AS scene,
    contacts.topic AS topic,
    contacts.csat AS csat,
    contacts.departments AS departments,
    CASE WHEN contacts.reopened THEN 1 WHEN NOT contacts.reopened THEN 0 END AS reopened,
    contacts.handle_seconds AS handle_seconds,
    {until_response} AS first_response_seconds
FROM {cases} AS cases
JOIN {contacts} AS contacts ON contacts.contact_id = cases.contact_id
{teams}
