-- One narrow row per contact: where it counts, and the value of every measure.
-- Durations are whole milliseconds, so that sums do not depend on the order of addition.
SELECT
    {contact_id}
    {period} AS period,
    {version} AS version,
    COALESCE({team}, {unknown}) AS team,
    COALESCE({agent}, {unknown}) AS agent_id,
    COALESCE(contacts.channel, {unknown}) AS channel,
    COALESCE(contacts.scene, {unknown}) AS scene,
    COALESCE(contacts.topic, {unknown}) AS topic,
    COALESCE(contacts.priority, {unknown}) AS priority,
    COALESCE(contacts.customer_type, {unknown}) AS customer_type,
    CASE WHEN {is_peak} THEN {peak} ELSE {off_peak} END AS peak,
    {until_response} AS first_response_seconds,
    CAST(FLOOR(contacts.handle_seconds * 1000 + 0.5) AS {whole}) AS handle_seconds,
    {until_resolution} AS resolution_seconds,
    CASE
        WHEN contacts.first_contact_resolved THEN 1
        WHEN contacts.first_contact_resolved IS NOT NULL THEN 0
        WHEN {resolved} IS NULL OR {undecided} THEN NULL
        WHEN {resolved} AND NOT COALESCE(contacts.reopened, FALSE) AND repeats.{key} IS NULL
            THEN 1
        ELSE 0
    END AS first_contact_resolution,
    CASE WHEN {resolved} THEN 1 WHEN NOT {resolved} THEN 0 END AS resolved,
    CASE WHEN contacts.reopened THEN 1 WHEN NOT contacts.reopened THEN 0 END AS reopened,
    CASE
        WHEN contacts.resolved_at IS NOT NULL
            THEN CASE WHEN {until_resolution} <= {limit} THEN 1 WHEN {limit} IS NOT NULL THEN 0 END
        WHEN {resolved} THEN NULL
        WHEN {age} > {limit} THEN 0
    END AS within_limit,
    contacts.departments AS departments,
    CASE WHEN contacts.csat >= {satisfied_from} THEN 1 WHEN contacts.csat IS NOT NULL THEN 0 END
        AS csat_satisfied,
    CASE WHEN contacts.nps >= 9 THEN 1 WHEN contacts.nps >= 7 THEN 0 WHEN contacts.nps >= 0 THEN -1 END
        AS nps,
    CASE WHEN contacts.complaint THEN 1 WHEN NOT contacts.complaint THEN 0 END AS complaint,
    CASE WHEN contacts.praise THEN 1 WHEN NOT contacts.praise THEN 0 END AS praise
    {further_values}
FROM {contacts} AS contacts
LEFT JOIN {repeats} AS repeats ON repeats.{key} = contacts.{key}
{complaints}
{teams}
{days}
