"""The gallery's job kinds; a family a module."""

from dtoolkit.jobs.kinds import JobKind
from gallery.tasks.acts import Act, TurnAct
from gallery.tasks.backups import (
    MakeBackup,
    PreviewRestore,
    Restore,
    RestoreWaiting,
    on_images_indexed,
)
from gallery.tasks.demo import Demo
from gallery.tasks.duplicates import FindDuplicates
from gallery.tasks.filing import ActOnFiles, TurnFiles
from gallery.tasks.keeping import Unavailable
from gallery.tasks.removing import RemoveRoot
from gallery.tasks.resources import ResourceHash, ResourceLink, ResourceScan
from gallery.tasks.scanning import DeepScan, GpuPipeline, Pipeline, QuickScan, Reparse
from gallery.tasks.settings import ThumbnailRebuild
from gallery.tasks.sidecars import ExportSidecars, ImportSidecars
from gallery.tasks.written import TakeWords, WriteWaiting
from gallery.tasks.written import on_images_indexed as take_words

JOB_KINDS: tuple[type[JobKind], ...] = (
    QuickScan,
    DeepScan,
    Reparse,
    Pipeline,
    GpuPipeline,
    Unavailable,
    ImportSidecars,
    ExportSidecars,
    RemoveRoot,
    ResourceScan,
    ResourceLink,
    ResourceHash,
    Demo,
    Act,
    TurnAct,
    ActOnFiles,
    TurnFiles,
    ThumbnailRebuild,
    FindDuplicates,
    MakeBackup,
    PreviewRestore,
    Restore,
    RestoreWaiting,
    WriteWaiting,
    TakeWords,
)

__all__ = ["JOB_KINDS", "on_images_indexed", "take_words"]
