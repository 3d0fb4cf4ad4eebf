"""A sampler and its schedule, where a writer has put both into one name."""

# Before version 1.9 of A1111's web UI the schedule was the last word of the sampler.
_SCHEDULES = (" Karras", " Exponential", " Polyexponential", " SGM Uniform")


def split(sampler: str, schedule: str = "") -> tuple[str, str]:
    """Sampler and schedule; a `schedule` that is told apart leaves the sampler as it is."""
    if not schedule:
        for suffix in _SCHEDULES:
            if sampler.endswith(suffix):
                return sampler[: -len(suffix)], suffix[1:]
    return sampler, schedule
