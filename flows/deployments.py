"""The deployments of prefect.yaml as the engine takes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

PREFECT_YAML = Path(__file__).resolve().parents[1] / "prefect.yaml"


def entries() -> list[dict[str, Any]]:
    """The entries of prefect.yaml, as written."""
    content = yaml.safe_load(PREFECT_YAML.read_text(encoding="utf-8"))
    return list(content["deployments"])


def flow_of(entry: dict[str, Any]) -> Flow[..., Any]:
    """The flow an entry names. Raises when there is none."""
    return load_flow_from_entrypoint(entry["entrypoint"], use_placeholder_flow=False)


def all_deployments() -> list[RunnerDeployment]:
    """Every entry, ready to be served from this folder."""
    return [_deployment(entry) for entry in entries()]


def _deployment(entry: dict[str, Any]) -> RunnerDeployment:
    made = flow_of(entry).to_deployment(
        name=entry["name"],
        description=entry["description"],
        tags=entry["tags"],
        parameters=entry.get("parameters"),
        schedules=[Cron(item["cron"], timezone=item["timezone"]) for item in entry.get("schedules", ())],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if not isinstance(made, RunnerDeployment):
        raise TypeError("deployments are made outside of an event loop")
    return made
