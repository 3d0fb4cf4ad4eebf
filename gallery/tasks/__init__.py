"""The gallery's job kinds; a family a module."""

from dtoolkit.jobs.kinds import JobKind
from gallery.tasks import backups, families, written
from gallery.tasks.acts import Act, TurnAct
from gallery.tasks.backups import MakeBackup, PreviewRestore, Restore, RestoreWaiting
from gallery.tasks.dashboard import CountLibrary
from gallery.tasks.demo import Demo
from gallery.tasks.duplicates import FindDuplicates
from gallery.tasks.families import FindFamilies
from gallery.tasks.filing import ActOnFiles, TurnFiles
from gallery.tasks.keeping import Unavailable
from gallery.tasks.removing import RemoveRoot
from gallery.tasks.resources import ResourceHash, ResourceLink, ResourceScan
from gallery.tasks.scanning import DeepScan, GpuPipeline, Pipeline, QuickScan, Reparse
from gallery.tasks.settings import ThumbnailRebuild
from gallery.tasks.sidecars import ExportSidecars, ImportSidecars
from gallery.tasks.written import TakeWords, WriteWaiting

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
    FindFamilies,
    MakeBackup,
    PreviewRestore,
    Restore,
    RestoreWaiting,
    CountLibrary,
    WriteWaiting,
    TakeWords,
)

# What begins when images were read, by a name each.
WHEN_INDEXED = {
    "backup": backups.on_images_indexed,
    "families": families.on_images_indexed,
    "words": written.on_images_indexed,
}

__all__ = ["JOB_KINDS", "WHEN_INDEXED"]
