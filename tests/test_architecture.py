"""The house's walls: who may import whom, what the web never loads, how long a file may be."""

import ast
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("dtoolkit", "gallery", "embeddings")
HEAVY = ("torch", "onnxruntime", "cv2", "transformers", "open_clip", "sentence_transformers", "av")
LONGEST = 500


def sources(*patterns: str, below: tuple[str, ...] = (*OURS, "templates", "static", "tests")):
    return [
        path
        for folder in below
        for pattern in patterns
        for path in sorted((ROOT / folder).rglob(pattern))
        if not {"migrations", "__pycache__", "vendor"} & set(path.parts)
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_down_only():
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("entry", ["dtoolkit.wsgi", "dtoolkit.urls"])
def test_the_web_starts_without_the_heavy_libraries(entry: str):
    """Also with every URL resolved: views import what they need at the top."""
    script = (
        "import importlib, sys; import django; django.setup();"
        f"importlib.import_module({entry!r});"
        "from django.urls import get_resolver; get_resolver().reverse_dict;"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    started = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "dtoolkit.settings"},
    )
    assert started.stdout.strip() == "[]", started.stdout + started.stderr


def test_every_file_is_short_enough_to_read():
    files = sources("*.py", "*.js", "*.css", "*.html")
    assert files
    assert not [name_of(file) for file in files if len(file.read_text().splitlines()) > LONGEST]


def test_every_module_says_why_it_exists():
    silent = []
    for file in sources("*.py", below=OURS):
        tree = ast.parse(file.read_text())
        if not ast.get_docstring(tree) and (tree.body or file.name != "__init__.py"):
            silent.append(name_of(file))
    assert not silent


def test_only_the_job_app_knows_its_queue():
    importers = {name_of(file) for file in sources("*.py", below=OURS) if imports(file, "django_q")}
    assert importers
    assert not {name for name in importers if not name.startswith("dtoolkit/jobs/")}


def imports(file: Path, package: str) -> bool:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] == package for name in names):
            return True
    return False


def test_scripts_import_in_no_circle():
    """Their names carry a hash of their content, imports and all: in a circle there is none."""
    of_others = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
    imported = {
        file.resolve(): {
            (file.parent / name).resolve() for name in of_others.findall(file.read_text())
        }
        for file in sources("*.js", below=("static",))
    }
    assert imported
    sorter = TopologicalSorter(imported)
    sorter.prepare()  # raises CycleError


def test_no_template_carries_a_script_or_a_style_of_its_own():
    """The Content-Security-Policy would stop them in the browser, silently."""
    inline = re.compile(r"\sstyle=|<style|\shx-on|\son[a-z]+=|<script(?![^>]*\ssrc=)")
    templates = sources("*.html", below=("templates",))
    assert templates
    assert not [name_of(file) for file in templates if inline.search(file.read_text())]
