"""What a person chose to see, as the address has it beside the scope."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from dtoolkit.core.errors import BadInput
from gallery.search import params

PERIODS = {"all": "All time", "year": "12 months", "30days": "30 days"}
MEASURES = {"images": "Images", "bytes": "Bytes"}
TOPS = (5, 10, 20)


@dataclass(frozen=True, slots=True)
class Choices:
    """`lora` is the number of the one whose weights are shown; None is the most rated."""

    period: str = "all"
    measure: str = "images"
    top: int = 10
    lora: int | None = None

    @classmethod
    def from_params(cls, given: Mapping[str, str]) -> Self:
        """Raises `BadInput` that says what was expected."""
        period = given.get("period") or "all"
        measure = given.get("measure") or "images"
        top = params.number(given, "top", 1, 20) or 10
        if period not in PERIODS:
            raise BadInput(f"period is one of {', '.join(PERIODS)}.")
        if measure not in MEASURES:
            raise BadInput(f"measure is one of {', '.join(MEASURES)}.")
        if top not in TOPS:
            raise BadInput(f"top is one of {', '.join(map(str, TOPS))}.")
        return cls(period, measure, top, params.number(given, "lora", 1, params.BIGGEST_ID))

    @property
    def is_bytes(self) -> bool:
        return self.measure == "bytes"

    def querystring(self, scope: Mapping[str, str], **changes: Any) -> str:
        defaults, chosen = asdict(type(self)()), asdict(replace(self, **changes))
        own = {name: value for name, value in chosen.items() if value != defaults[name]}
        return f"?{urlencode({**scope, **own})}"
