"""The tabs above a list: what each narrows it to, and how many there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    title: str
    count: int
    url: str
    is_current: bool
