"""Templates: messages that were not typed but pasted, told by standing in many conversations."""

import re
from dataclasses import dataclass, field

from csqa.rules.phrases import Templates
from csqa.rules.regex_safety import LONGEST_TEXT

_CHANGING = re.compile(
    r"[\[【{<（(][^\]】}>）)]{0,30}[\]】}>）)]"  # placeholders
    r"|[\u4e00-\u9fff](?:先生|女士|小姐)"
    r"|[\W_]|\d+",
)
"""What changes from one use of a template to the next: names, numbers, punctuation."""


def normalise(text: str) -> str:
    """Take out of a message what changes from one use of a template to the next.

    Examples
    --------
    >>> normalise("王先生您好，您的订单 [订单号] 预计 3 天内送达。")
    '您好您的订单预计天内送达'
    """
    return _CHANGING.sub("", text[:LONGEST_TEXT]).lower()


@dataclass
class TemplateCounter:
    """In how many conversations each message stands."""

    settings: Templates
    _counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Normal form → conversations, and the last one counted."""

    def count(self, text: str, conversation: int) -> str | None:
        """Count a message, once in each conversation.

        Parameters
        ----------
        text : str
            As it was written.
        conversation : int
            Its number; conversations come one after the other.

        Returns
        -------
        str or None
            What it is known by; None if it is too short to be a template.
        """
        if len(text) < self.settings.characters:
            return None
        key = normalise(text)
        times, last = self._counts.get(key, (0, -1))
        if last != conversation:
            self._counts[key] = times + 1, conversation
        return key

    def is_template(self, key: str | None) -> bool:
        """Whether a message that was counted stands in enough conversations.

        Examples
        --------
        >>> counter = TemplateCounter(Templates(conversations=2, characters=4))
        >>> key = [counter.count(f"您的订单 {n} 已发货", n) for n in range(2)][0]
        >>> counter.is_template(key), counter.is_template(None)
        (True, False)
        """
        return key is not None and self._counts[key][0] >= self.settings.conversations
