"""The gallery's job kinds; a family a module."""

from dtoolkit.jobs.kinds import JobKind
from gallery.tasks.demo import Demo
from gallery.tasks.keeping import Unavailable
from gallery.tasks.scanning import DeepScan, Pipeline, QuickScan, Reparse

JOB_KINDS: tuple[type[JobKind], ...] = (
    QuickScan,
    DeepScan,
    Reparse,
    Pipeline,
    Unavailable,
    Demo,
)
