-- One narrow row per contact: where it counts, and the value of every measure.
-- Durations are whole milliseconds, so that sums do not depend on the order of addition.
CREATE OR REPLACE TEMP TABLE facts AS
SELECT
    contacts.contact_id,
    contacts.local_at,
    {period} AS period,
    COALESCE(contacts.team, {unknown}) AS team,
    COALESCE(contacts.agent_id, {unknown}) AS agent_id,
    COALESCE(contacts.channel, {unknown}) AS channel,
    COALESCE(contacts.scene, {unknown}) AS scene,
    COALESCE(contacts.topic, {unknown}) AS topic,
    COALESCE(contacts.priority, {unknown}) AS priority,
    COALESCE(contacts.customer_type, {unknown}) AS customer_type,
    CASE WHEN {is_peak} THEN 'peak' ELSE 'off_peak' END AS peak,
    {milliseconds_first_response_at_created_at} AS first_response_seconds,
    CAST(ROUND(contacts.handle_seconds * 1000) AS BIGINT) AS handle_seconds,
    {milliseconds_resolved_at_created_at} AS resolution_seconds,
    CASE
        WHEN {resolved} IS NULL OR {undecided} THEN NULL
        WHEN {resolved} AND NOT COALESCE(contacts.reopened, FALSE) AND repeats.contact_id IS NULL
            THEN 1
        ELSE 0
    END AS first_contact_resolution,
    CASE WHEN {resolved} THEN 1 WHEN NOT {resolved} THEN 0 END AS resolved,
    CASE WHEN contacts.reopened THEN 1 WHEN NOT contacts.reopened THEN 0 END AS reopened,
    contacts.departments AS departments,
    CASE WHEN contacts.csat >= {satisfied_from} THEN 1 WHEN contacts.csat IS NOT NULL THEN 0 END
        AS csat_satisfied,
    CASE WHEN contacts.nps >= 9 THEN 1 WHEN contacts.nps >= 7 THEN 0 WHEN contacts.nps >= 0 THEN -1 END
        AS nps,
    CASE WHEN contacts.complaint THEN 1 WHEN NOT contacts.complaint THEN 0 END AS complaint,
    CASE WHEN contacts.praise THEN 1 WHEN NOT contacts.praise THEN 0 END AS praise
FROM contacts
LEFT JOIN repeats ON repeats.contact_id = contacts.contact_id
