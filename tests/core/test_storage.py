"""Static files are collected under hashed names, modules' imports of each other included."""

import re
from pathlib import Path

from django.core.management import call_command


def test_every_module_imports_hashed_names(tmp_path: Path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "dtoolkit.core.storage.StaticStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = [
        path for path in tmp_path.glob("js/**/*.js") if re.search(r"\.[0-9a-f]{12}\.js", path.name)
    ]
    imports = [
        (path, name)
        for path in hashed
        for name in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', path.read_text())
    ]
    assert imports
    for path, name in imports:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name), f"{path.name} imports {name}"
        assert (path.parent / name).exists()


def test_all_our_files_can_be_gathered(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "dtoolkit.core.storage.StaticStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    lazy = next((tmp_path / "static/js/image").glob("modes.*.js")).read_text()
    assert re.search(r'import\("\./cull\.\w{12}\.js"\)', lazy)
