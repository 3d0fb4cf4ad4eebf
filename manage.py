#!/usr/bin/env python3
"""The one door: makes the environment when there is none, then hands over to the command."""

import sys

from dtoolkit import bootstrap

if __name__ == "__main__":
    bootstrap.ensure_environment(sys.argv)
    from dtoolkit.server.commandline import main

    main(sys.argv)
