"""Docs, changelog and code agree: what is undocumented fails here."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

import dtoolkit
from dtoolkit.core import bench
from dtoolkit.env import Env
from gallery.search.keywords import registry

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
OURS = ("dtoolkit", "gallery", "embeddings")


def variable_of(name: str) -> str:
    alias = Env.model_fields[name].validation_alias
    return str(alias.choices[0]) if alias else f"DTOOLKIT_{name.upper()}"


@pytest.mark.parametrize("name", sorted(Env.model_fields))
def test_every_setting_is_documented(name: str):
    assert f"`{variable_of(name)}`" in (DOCS / "settings.md").read_text()


@pytest.mark.parametrize("name", sorted(Env.model_fields))
def test_every_setting_has_a_help_text(name: str):
    assert Env.model_fields[name].description


def test_no_setting_is_documented_that_does_not_exist():
    documented = set(re.findall(r"^\| `(\w+)`", (DOCS / "settings.md").read_text(), re.MULTILINE))
    assert documented == {variable_of(name) for name in Env.model_fields}


def test_every_command_is_documented():
    ours = {name for name, app in get_commands().items() if str(app).startswith(OURS)}
    text = (DOCS / "usage.md").read_text()
    missing = {name for name in ours if f"manage.py {name}" not in text}
    assert ours and not missing


def test_the_manual_has_the_keywords_of_the_search_as_they_are():
    """One row a keyword: all its names, what it finds, its examples; and none that is not."""
    text = (DOCS / "usage.md").read_text()
    rows = []
    for keyword in registry.every().values():
        names = ", ".join(f"`{name}:`" for name in (keyword.label, *keyword.other_names))
        examples = " ".join(f"`{example}`" for example in keyword.examples).replace("|", "\\|")
        rows.append(f"| {names} | {keyword.help} | {examples} |")
    head = "| keyword | finds images | examples |\n|---|---|---|\n"
    table = text.partition(head)[2].partition("\n\n")[0]
    assert table.splitlines() == rows


def test_every_benchmark_is_in_the_performance_page():
    text = (DOCS / "performance.md").read_text()
    names = set(bench.find())
    assert names and not {name for name in names if f"bench {name}" not in text}


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_every_link_leads_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert not [target for target in local if not (page.parent / target).exists()]


def test_the_changelog_knows_this_version():
    assert f"## {dtoolkit.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_readme_promises_two_commands():
    text = (ROOT / "README.md").read_text()
    assert "python3 manage.py start" in text
    assert "python3 manage.py test" in text
