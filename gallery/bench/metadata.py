"""Fields that are read right, a tier and a generator at a time, and how fast, beside sd-parsers."""

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dtoolkit.core.bench import Bench, Figures
from dtoolkit.core.errors import BadInput
from gallery import metadata
from gallery.bench import manifests, others, samples
from gallery.bench.manifests import Sample
from gallery.metadata import GenerationParameters, sidecars

TIERS = ("A", "B", "W", "C")
_ROUNDS = 15
_TIMES = 3
_LEAST_SECONDS = 2.0
_WORST = 60
_SHOWN = 120


@dataclass(slots=True)
class Score:
    """Fields asked for and fields right; `wrong` as (sample, field, expected, got)."""

    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[tuple[Sample, str, str, str]] = field(default_factory=list)
    perfect: int = 0
    parsed: int = 0
    false_prompts: list[Sample] = field(default_factory=list)

    def share(self, tier: str) -> float:
        asked = sum(count for (of, _), count in self.asked.items() if of == tier)
        return sum(count for (of, _), count in self.right.items() if of == tier) / asked


def run(bench: Bench) -> Figures:
    listed = _samples(bench)
    judged = [sample for sample in listed if not sample.is_incomplete]
    bench.say(f"Reading {len(judged):,} files")
    ours = score(judged, _read)
    figures: Figures = {
        "files": len(judged),
        "files_without_their_sidecar": len(listed) - len(judged),
        "files_parsed": ours.parsed,
        "files_all_right": ours.perfect,
        "files_expecting": sum(bool(sample.expected) for sample in judged),
    }
    for tier in TIERS:
        if any(sample.tier == tier and sample.expected for sample in judged):
            figures[f"fields_right_{tier.lower()}"] = round(ours.share(tier), 4)
    figures["false_prompts"] = len(ours.false_prompts)
    for (tier, generator), asked in sorted(ours.asked.items()):
        name = f"{tier}_{generator}".lower().replace("-", "_")
        figures[f"right_{name}"] = f"{ours.right[tier, generator]} of {asked}"
    _remark(bench, ours)
    return {**figures, **_beside_others(bench, judged)}


def score(judged: Iterable[Sample], read: Callable[[Sample], GenerationParameters | None]) -> Score:
    found = Score()
    for sample in judged:
        made = read(sample)
        found.parsed += made is not None
        if sample.is_control and made is not None and made.prompt:
            found.false_prompts.append(sample)
        verdicts = list(manifests.verdicts(sample, made))
        found.perfect += bool(verdicts) and all(is_right for _, is_right, _ in verdicts)
        for name, is_right, got in verdicts:
            found.asked[sample.tier, sample.generator] += 1
            found.right[sample.tier, sample.generator] += is_right
            if not is_right:
                found.wrong.append((sample, name, sample.expected[name], got))
    return found


def _samples(bench: Bench) -> list[Sample]:
    if bench.corpus is None:
        bench.say("Writing files; --corpus measures with a collection of your own")
        return samples.write(bench.folder / "samples", bench.scaled(_ROUNDS))
    if not (bench.corpus / "manifest.tsv").is_file():
        raise BadInput(f"There is no manifest.tsv in {bench.corpus}.")
    return manifests.read(bench.corpus)


def _read(sample: Sample) -> GenerationParameters | None:
    beside = [sidecars.record(path.name, path.read_bytes()) for path in sample.sidecars]
    with sample.path.open("rb", buffering=0) as file:
        size = sample.path.stat().st_size
        return metadata.read_stream(file, size, name=sample.path, sidecars=beside).parameters


def _remark(bench: Bench, ours: Score) -> None:
    for sample in ours.false_prompts:
        bench.remark(f"{sample.name}: a prompt where there is none")
    for sample, name, expected, got in ours.wrong[:_WORST]:
        bench.remark(f"{sample.tier} {sample.name}: {name}")
        bench.remark(f"    expected {expected[:_SHOWN]!r}")
        bench.remark(f"    got      {got[:_SHOWN]!r}")
    if len(ours.wrong) > _WORST:
        bench.remark(f"... and {len(ours.wrong) - _WORST} fields more")


def _beside_others(bench: Bench, judged: list[Sample]) -> Figures:
    """Speed of all on the same files, in turns; and the fields of sd-parsers."""
    paths = [sample.path for sample in judged]
    theirs = others.sd_parsers()
    readers: dict[str, Callable[[Path], object]] = {
        "raw": others.read_raw,
        "ours": metadata.read,
        # As much as sd-parsers reads: without what searches of workflows need.
        "ours_parameters": partial(metadata.read, with_workflow=False),
    }
    if theirs is None:
        bench.say("sd-parsers is not installed (requirements-dev.txt); it is left out")
    else:
        readers["sd_parsers"] = theirs
    bench.say("Speed of each in turns")
    taken: dict[str, list[float]] = defaultdict(list)
    while len(taken["ours"]) < _TIMES or sum(taken["ours"]) < _LEAST_SECONDS:
        for name, read in readers.items():
            taken[name].append(_seconds(read, paths))
    seconds = {name: statistics.median(times) for name, times in taken.items()}
    figures: Figures = {f"{name}_per_s": round(len(paths) / seconds[name]) for name in readers}
    figures["vs_raw"] = round(seconds["raw"] / seconds["ours"], 3)
    if theirs is not None:
        figures["vs_sd_parsers"] = round(seconds["sd_parsers"] / seconds["ours_parameters"], 2)
        score_of_theirs = score(judged, lambda sample: theirs(sample.path))
        for tier in TIERS:
            if any(of == tier for of, _ in score_of_theirs.asked):
                figures[f"sd_parsers_right_{tier.lower()}"] = round(score_of_theirs.share(tier), 4)
    return figures


def _seconds(read: Callable[[Path], object], paths: list[Path]) -> float:
    """Of the processor, so that others who use the machine do not count."""
    started = time.process_time()
    for path in paths:
        read(path)
    return time.process_time() - started
