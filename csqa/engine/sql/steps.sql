-- One row per stay of a contact in a node: consecutive rows in the same node are one stay.
-- A row that names no node says nothing of where the contact was: the stay before goes on.
-- Times are whole milliseconds since 1970; contacts are their numbers, which are quicker to sort.
WITH chosen AS (
    SELECT
        people.contact AS contact,
        {node} AS node,
        {department} AS department,
        {agent} AS agent_id,
        {entered} AS entered,
        {left} AS left_,
        ROW_NUMBER() OVER (PARTITION BY people.contact ORDER BY {order}) AS nth
    FROM {steps} AS steps
    JOIN {people} AS people ON people.contact_id = steps.contact_id
    WHERE {node} IS NOT NULL
),
{known}
compared AS (
    SELECT
        known.*,
        LAG(node) OVER (PARTITION BY contact ORDER BY nth) AS node_before,
        LEAD(node) OVER (PARTITION BY contact ORDER BY nth) AS node_after,
        LEAD(entered) OVER (PARTITION BY contact ORDER BY nth) AS entered_after,
        LAG(department) OVER (PARTITION BY contact ORDER BY nth) AS department_before,
        LAG(agent_id) OVER (PARTITION BY contact ORDER BY nth) AS agent_before
    FROM known
),
numbered AS (
    SELECT
        compared.*,
        SUM(CASE WHEN node = node_before THEN 0 ELSE 1 END)
            OVER (PARTITION BY contact ORDER BY nth ROWS UNBOUNDED PRECEDING) AS stay,
        CASE WHEN {handover} THEN 1 ELSE 0 END AS handed_over
    FROM compared
)
SELECT
    contact,
    stay,
    MIN(node) AS node,
    MIN(entered) AS entered,
    MAX(CASE WHEN node_after IS NULL OR node_after <> node THEN left_ END) AS left_,
    MAX(CASE WHEN node_after <> node THEN entered_after END) AS entered_after,
    SUM(handed_over) AS handovers
FROM numbered
GROUP BY contact, stay
ORDER BY contact, stay
