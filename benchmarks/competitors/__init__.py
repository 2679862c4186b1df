"""The same monthly figures from one Parquet file, each written the way its users would write it."""
