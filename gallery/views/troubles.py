"""Why something could not be done with a file, each reason once: stages that look at the same
pixels fail alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gallery.models import StageFailure


@dataclass(slots=True)
class Trouble:
    """`attempts` and `failed_at` are those of the stage that tried most, and last."""

    reason: str
    stages: list[str]
    attempts: int
    failed_at: datetime


def of(failures: Iterable[StageFailure]) -> list[Trouble]:
    """In the order of `failures`; of two reasons that begin alike the longer says both."""
    found: list[Trouble] = []
    for failure in failures:
        same = next((one for one in found if _is_same(one.reason, failure.reason)), None)
        if same is None:
            found.append(
                Trouble(failure.reason, [failure.stage], failure.attempts, failure.failed_at)
            )
            continue
        same.reason = max(same.reason, failure.reason, key=len)
        same.stages.append(failure.stage)
        same.attempts = max(same.attempts, failure.attempts)
        same.failed_at = max(same.failed_at, failure.failed_at)
    return found


def others(problems: Iterable[str], troubles: Iterable[Trouble]) -> list[str]:
    """The `problems` that no trouble says already."""
    reasons = [trouble.reason for trouble in troubles]
    return [said for said in problems if not any(_is_same(said, reason) for reason in reasons)]


def _is_same(one: str, other: str) -> bool:
    short, long = sorted((one.rstrip("."), other.rstrip(".")), key=len)
    return bool(short) and long.startswith(short)
