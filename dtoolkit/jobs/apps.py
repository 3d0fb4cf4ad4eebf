"""The job app: what a person sees of long work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "dtoolkit.jobs"
    label = "jobs"
