"""Where the heavy passes run: one embedded DuckDB, portable SQL, small results."""
