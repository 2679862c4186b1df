-- One narrow row per contact of some months: what might go with the outcome, in small numbers.
-- 0: not so, or within its target; 1, 2: more and more so; -1: not known.
SELECT
    contact_id,
    agent_id,
    channel,
    topic,
    CASE
        WHEN response IS NULL OR response_limit IS NULL THEN -1
        WHEN response > 2 * response_limit THEN 2
        WHEN response > response_limit THEN 1
        ELSE 0
    END AS first_response,
    CASE
        WHEN handled IS NULL OR handle_limit IS NULL THEN -1
        WHEN handled > 2 * handle_limit THEN 2
        WHEN handled > handle_limit THEN 1
        ELSE 0
    END AS handling,
    CASE
        WHEN departments IS NULL THEN -1
        WHEN departments >= {transferred_from} + 1 THEN 2
        WHEN departments >= {transferred_from} THEN 1
        ELSE 0
    END AS transfers,
    CASE
        WHEN returned_after <= {window} THEN 1
        WHEN customer_id IS NULL OR since_start < {window} THEN -1
        ELSE 0
    END AS repeated,
    reopened,
    CASE WHEN peak = 'peak' THEN 1 ELSE 0 END AS peak,
    CASE
        WHEN since_first >= {new_agent_milliseconds} THEN 0
        WHEN since_known < {new_agent_milliseconds} THEN 1
        WHEN since_known IS NOT NULL THEN 0
        ELSE -1
    END AS new_agent,
    CASE WHEN customer_type = 'new' THEN 1 WHEN customer_type IS NULL THEN -1 ELSE 0 END
        AS new_customer,
    outcome
FROM (
    SELECT
        valued.*,
        {response_limit} AS response_limit,
        {handle_limit} AS handle_limit
    FROM (
        SELECT
            contacts.contact_id AS contact_id,
            contacts.customer_id AS customer_id,
            {version} AS version,
            COALESCE({team}, {unknown}) AS team,
            COALESCE({agent}, {unknown}) AS agent_id,
            COALESCE(contacts.channel, {unknown}) AS channel,
            COALESCE(contacts.scene, {unknown}) AS scene,
            COALESCE(contacts.topic, {unknown}) AS topic,
            COALESCE(contacts.priority, {unknown}) AS priority,
            contacts.customer_type AS customer_type,
            CASE WHEN {is_peak} THEN {peak} ELSE {off_peak} END AS peak,
            {until_response} AS response,
            CAST(FLOOR(contacts.handle_seconds * 1000 + 0.5) AS {whole}) AS handled,
            contacts.departments AS departments,
            CASE WHEN contacts.reopened THEN 1 WHEN NOT contacts.reopened THEN 0 ELSE -1 END
                AS reopened,
            {returned_after} AS returned_after,
            {since_start} AS since_start,
            {since_first} AS since_first,
            {since_known} AS since_known,
            {outcome} AS outcome
        FROM {contacts} AS contacts
        {teams}
        LEFT JOIN ({starts}) AS starts ON starts.agent_id = {agent}
        LEFT JOIN {returns} AS returns ON returns.{key} = contacts.{key}
        WHERE {in_months}
    ) AS valued
) AS limited
