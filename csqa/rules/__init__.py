"""What counts as good: rules that a supervisor edits as YAML, checked when they are read."""
