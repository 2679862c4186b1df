-- One row per stay of a contact in a node: consecutive rows in the same node are one stay.
-- A row that names no node says nothing of where the contact was: the stay before goes on.
-- Times are whole milliseconds since 1970. What is told of a contact stands on its first stay.
WITH chosen AS (
    SELECT
        steps.contact_id AS contact_id,
        {node} AS node,
        {department} AS department,
        {agent} AS agent_id,
        {entered} AS entered,
        {left} AS left_,
        ROW_NUMBER() OVER (
            PARTITION BY steps.contact_id
            ORDER BY
                steps.entered_at,
                CASE WHEN steps.seq IS NULL THEN 1 ELSE 0 END, steps.seq,
                CASE WHEN steps.left_at IS NULL THEN 1 ELSE 0 END, steps.left_at,
                {ordered_node}, {ordered_department}, {ordered_agent}
        ) AS nth
    FROM {steps} AS steps
    JOIN {contacts} AS contacts ON contacts.contact_id = steps.contact_id
    WHERE {node} IS NOT NULL AND {months}
),
told AS (
    SELECT
        chosen.*,
        COUNT(department) OVER (PARTITION BY contact_id ORDER BY nth ROWS UNBOUNDED PRECEDING)
            AS departments_told,
        COUNT(agent_id) OVER (PARTITION BY contact_id ORDER BY nth ROWS UNBOUNDED PRECEDING)
            AS agents_told
    FROM chosen
),
known AS (
    SELECT
        contact_id, node, nth, entered, left_,
        MAX(department) OVER (PARTITION BY contact_id, departments_told) AS department,
        MAX(agent_id) OVER (PARTITION BY contact_id, agents_told) AS agent_id
    FROM told
),
compared AS (
    SELECT
        known.*,
        LAG(node) OVER (PARTITION BY contact_id ORDER BY nth) AS node_before,
        LEAD(node) OVER (PARTITION BY contact_id ORDER BY nth) AS node_after,
        LEAD(entered) OVER (PARTITION BY contact_id ORDER BY nth) AS entered_after,
        LAG(department) OVER (PARTITION BY contact_id ORDER BY nth) AS department_before,
        LAG(agent_id) OVER (PARTITION BY contact_id ORDER BY nth) AS agent_before
    FROM known
),
numbered AS (
    SELECT
        compared.*,
        SUM(CASE WHEN node = node_before THEN 0 ELSE 1 END)
            OVER (PARTITION BY contact_id ORDER BY nth ROWS UNBOUNDED PRECEDING) AS stay,
        CASE WHEN {handover} THEN 1 ELSE 0 END AS handed_over
    FROM compared
),
stays AS (
    SELECT
        contact_id,
        stay,
        MIN(node) AS node,
        MIN(entered) AS entered,
        MAX(CASE WHEN node_after IS NULL OR node_after <> node THEN left_ END) AS left_,
        MAX(CASE WHEN node_after <> node THEN entered_after END) AS entered_after,
        SUM(handed_over) AS handovers
    FROM numbered
    GROUP BY contact_id, stay
)
SELECT
    stays.stay AS stay,
    stays.node AS node,
    stays.entered AS entered,
    stays.left_ AS left_,
    stays.entered_after AS entered_after,
    stays.handovers AS handovers,
    CASE WHEN stays.stay = 1 THEN stays.contact_id END AS contact_id,
    CASE WHEN stays.stay = 1 THEN contacts.priority END AS priority,
    CASE WHEN stays.stay = 1 THEN contacts.channel END AS channel,
    CASE WHEN stays.stay = 1 THEN {resolved_at} END AS resolved,
    CASE WHEN stays.stay = 1 AND {resolved} THEN 1 ELSE 0 END AS resolved_told,
    CASE WHEN stays.stay = 1 THEN {created} END AS created,
    CASE WHEN stays.stay = 1 THEN {by} END AS unit
FROM stays
JOIN {contacts} AS contacts ON contacts.contact_id = stays.contact_id
ORDER BY {ordered_contact}, stays.stay
