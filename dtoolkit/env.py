"""Every setting a person can make, typed, with its default and its help.

`docs/settings.md` is held to this file by a test.
"""

from functools import cache
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dtoolkit.inference import devices


class Env(BaseSettings):
    """`DTOOLKIT_*` variables (and `DATABASE_URL`), validated."""

    model_config = SettingsConfigDict(env_prefix="DTOOLKIT_", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("DiffusionToolkit", appauthor=False),
        description="Where the database, thumbnails, logs and the secret key live.",
    )
    database_url: str = Field(
        default="",
        validation_alias=AliasChoices("DATABASE_URL"),
        description="A PostgreSQL 16+ server with pgvector to use instead of the embedded one.",
    )
    redis_url: str = Field(
        default="",
        description="A Redis server to carry tasks instead of the database; for several machines.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address the web server listens on. Beyond loopback an account is required.",
    )
    port: int = Field(default=19280, ge=1, le=65535, description="Port of the web server.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Further host names, comma separated, by which browsers may reach the pages.",
    )
    collection: str = Field(
        default="default",
        pattern=r"^[a-z0-9][a-z0-9-]{0,49}$",
        description="Slug of the collection that `start` opens and adds folders to.",
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Worker processes of the `default` cluster; 0 fits them to the processors.",
    )
    thumbnail_dir: Path | None = Field(
        default=None,
        description="Where thumbnails are kept; default `thumbnails` in the data folder.",
    )
    log_level: str = Field(
        default="INFO",
        pattern=r"^(DEBUG|INFO|WARNING|ERROR)$",
        description="How much the logs in the data folder say: DEBUG, INFO, WARNING or ERROR.",
    )
    debug: bool = Field(
        default=False,
        description="Django's debug pages. For developing only; never with `--host`.",
    )
    torch_index: str = Field(
        default="",
        description="Another package index for PyTorch, used when the environment is made.",
    )

    devices: str = Field(
        default="",
        description=(
            "What networks run on, like `cuda:0=2@20000,cuda:1`: with =2 twice the share, with "
            "@20000 at most 20,000 MB. Default: the NVIDIA cards there are, else `cpu`."
        ),
    )
    query_device: str = Field(
        default="cpu",
        description="Where the web process encodes what is searched with: `cpu` or a card.",
    )
    models_dir: Path | None = Field(
        default=None,
        description="Where weights are kept; default `models` in the data folder.",
    )
    comfyui_models: Path | None = Field(
        default=None,
        description="ComfyUI's folder `models`, so that weights that are there already are used; "
        "what `extra_model_paths.yaml` beside it names counts too.",
    )

    @field_validator("devices", "query_device")
    @classmethod
    def _known_devices(cls, value: str) -> str:
        devices.parse(value)
        return value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("data_dir", "thumbnail_dir", "models_dir", "comfyui_models")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    @property
    def thumbnails(self) -> Path:
        return self.thumbnail_dir or self.data_dir / "thumbnails"

    @property
    def models(self) -> Path:
        return self.models_dir or self.data_dir / "models"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"


@cache
def load() -> Env:
    return Env()
