"""What an answer may weigh, so that no single file can break or bloat the library's database."""

from dataclasses import replace

from gallery.metadata.parsers.values import NAME_LIMIT
from gallery.metadata.records import GenerationParameters, Understanding

# PostgreSQL's full text search takes at most 1 MiB of words, which this always fits.
PROMPT_LIMIT = 100_000
FACT_LIMIT = 200
VALUE_LIMIT = 20_000
SOURCE_LIMIT = 200


def fit(found: Understanding) -> Understanding:
    """The same answer, cut where it is beyond all measure; the raw records stay whole."""
    if found.parameters is None:
        return found
    problems: list[str] = []
    parameters = _fit(found.parameters, problems)
    if parameters is found.parameters:
        return found
    return replace(found, parameters=parameters, problems=(*found.problems, *problems))


def _fit(parameters: GenerationParameters, problems: list[str]) -> GenerationParameters:
    changes: dict[str, object] = {}
    for name, said in (("prompt", "The prompt"), ("negative_prompt", "The negative prompt")):
        text = getattr(parameters, name)
        if len(text) > PROMPT_LIMIT:
            changes[name] = text[:PROMPT_LIMIT].rstrip()
            problems.append(f"{said} has {len(text)} characters; the first {PROMPT_LIMIT} count.")
    for name in ("sampler", "scheduler", "generator_version"):
        text = getattr(parameters, name)
        if len(text) > NAME_LIMIT:
            changes[name] = text[:NAME_LIMIT].rstrip()
    facts = parameters.facts
    if len(facts) > FACT_LIMIT or any(
        len(key) > NAME_LIMIT or len(value) > VALUE_LIMIT for key, value in facts.items()
    ):
        changes["facts"] = {
            key[:NAME_LIMIT]: value[:VALUE_LIMIT] for key, value in list(facts.items())[:FACT_LIMIT]
        }
        problems.append("The recorded facts are too many or too long; a part was left out.")
    if len(parameters.sources) > SOURCE_LIMIT:
        changes["sources"] = parameters.sources[:SOURCE_LIMIT]
    return replace(parameters, **changes) if changes else parameters  # type: ignore[arg-type]
