"""How fast and how long yet: pure arithmetic over counts and times, and its words.

A window of ten seconds moves along the job; the rate blends what the last windows gave with the one
that is open, so that it neither jumps at each write nor remembers an hour ago.
"""

from datetime import datetime, timedelta

WINDOW_S = 10.0
SETTLED_S = 2.0
STALE_S = 60.0
Window = tuple[int, datetime | None, float | None]


def rate(
    done: int,
    window_done: int,
    window_at: datetime | None,
    window_rate: float | None,
    now: datetime,
) -> float | None:
    """Units per second; None before the first two seconds."""
    if window_at is None:
        return None
    elapsed = (now - window_at).total_seconds()
    if elapsed < SETTLED_S:
        return window_rate
    current = max(0, done - window_done) / elapsed
    if window_rate is None or elapsed > STALE_S:
        return current
    weight = min(1.0, elapsed / (2 * WINDOW_S))
    return weight * current + (1 - weight) * window_rate


def moved(
    done: int,
    window_done: int,
    window_at: datetime | None,
    window_rate: float | None,
    now: datetime,
) -> Window:
    """(window_done, window_at, window_rate): the next window where this one is full."""
    if window_at is None or done < window_done:
        return done, now, window_rate
    if (now - window_at).total_seconds() < WINDOW_S:
        return window_done, window_at, window_rate
    return done, now, rate(done, window_done, window_at, window_rate, now)


def eta(done: int, total: int, per_second: float | None) -> timedelta | None:
    if not per_second or done >= total:
        return None
    return timedelta(seconds=(total - done) / per_second)


def describe_rate(per_second: float | None) -> str:
    """'118/s', '4.2/s', '12/min', or nothing where it is not known."""
    if not per_second:
        return ""
    if per_second >= 10:
        return f"{per_second:,.0f}/s"
    if per_second >= 1:
        return f"{per_second:.1f}/s"
    return f"{max(1, round(per_second * 60))}/min"


def describe_duration(duration: timedelta | None) -> str:
    """'8 s', '15 min', '2 h 5 min', '3 d 4 h', or nothing where it is not known."""
    if duration is None:
        return ""
    seconds = max(0, round(duration.total_seconds()))
    if seconds < 60:
        return f"{seconds} s" if seconds else "under 1 s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def describe_pace(per_second: float | None, left: timedelta | None) -> str:
    """'118/s · 15 min left', as much of it as is known."""
    parts = [describe_rate(per_second)]
    if left is not None:
        parts.append(f"{describe_duration(left)} left")
    return " · ".join(part for part in parts if part)
