"""How long customers waited for an answer inside a conversation."""

import pandas as pd


def measure_waits(messages: pd.DataFrame) -> pd.DataFrame:
    """How long customers' words waited for an answer by an agent.

    Parameters
    ----------
    messages : DataFrame
        ``contact_id``, ``sender``, ``sent_at``, in the order of the conversation.

    Returns
    -------
    DataFrame, one row per answer
        ``contact_id``, ``wait_seconds`` from the first unanswered message of the customer to the
        agent's next one. Messages of a bot or the system are no answer.

    Examples
    --------
    >>> told = pd.DataFrame({"contact_id": "1", "sender": ["customer", "customer", "agent"]})
    >>> told["sent_at"] = pd.to_datetime(
    ...     ["2025-06-01 09:00", "2025-06-01 09:01", "2025-06-01 09:05"]
    ... )
    >>> measure_waits(told)["wait_seconds"].tolist()
    [300.0]
    """
    people = messages[messages["sender"].isin(("customer", "agent"))]
    same = people["contact_id"].eq(people["contact_id"].shift())
    turn = (~same | people["sender"].ne(people["sender"].shift())).cumsum().rename("turn")
    keys = ["contact_id", "sender", "sent_at"]
    turns = people.groupby(turn, sort=False)[keys].first().reset_index(drop=True)
    before = turns.shift()
    answers = turns["sender"].eq("agent") & turns["contact_id"].eq(before["contact_id"])
    waited = (turns["sent_at"] - before["sent_at"]).dt.total_seconds()
    return turns.assign(wait_seconds=waited).loc[answers, ["contact_id", "wait_seconds"]]
