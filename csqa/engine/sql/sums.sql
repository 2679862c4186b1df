-- Sufficient statistics of one metric: they add up, so any coarser view is a sum of rows.
SELECT
    {keys},
    {metric} AS metric,
    target_line,
    COUNT(*) AS n,
    SUM(value) AS total,
    SUM(CAST(value AS {wide}) * value) AS total_squares,
    SUM({misses}) AS over
FROM (
    SELECT {keys}, {measure} AS value, {line} AS target_line, {limit} AS target
    FROM {table}
    WHERE {measure} IS NOT NULL AND {applies}
) AS counted
GROUP BY {keys}, target_line
