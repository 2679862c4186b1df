"""problems: what lasts, asked with 5W1H, linked to causes, measures and their verification.

A surface problem (表面问题) is a metric and a unit that miss their target lastingly (G6). What is
behind it is for a meeting to say (G7, G8): the sheet brings what the data know, and leaves blank
what they don't.
"""

from csqa.problems.five_w import describe_problem
from csqa.problems.links import link_problems
from csqa.problems.listing import list_problems, select_causes

__all__ = [
    "describe_problem",
    "link_problems",
    "list_problems",
    "select_causes",
]
