"""Settings of a cluster that tests start: two workers, and the lab's kinds."""

import os

from tests.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.lab_app.LabConfig"]  # noqa: F405
Q_CLUSTER = {**Q_CLUSTER, "workers": 2, "guard_cycle": 0.2}  # noqa: F405
SECRET_KEY = os.environ["LAB_SECRET_KEY"]  # tasks are signed with the test's own
