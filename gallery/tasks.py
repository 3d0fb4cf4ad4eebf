"""The gallery's job kinds."""

from dtoolkit.jobs.kinds import JobKind

JOB_KINDS: tuple[type[JobKind], ...] = ()
