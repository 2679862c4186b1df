"""A pair of metrics that move apart when one is chased at the other's cost (G10)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """What improves on paper, what customers may pay for it, and what that may mean."""

    improves: str
    """Key of a metric, or of a measure: any metric that counts it."""
    worsens: tuple[str, ...]
    """Likewise; each of them makes a pair with ``improves``."""
    notes: tuple[tuple[str, str], ...] = ()
    """Language → what it may mean when the two move apart."""

    def note(self, language: str = "zh") -> str:
        """Give the note in a language; empty where there is none."""
        return dict(self.notes).get(language, "")
