"""The door to the engine: ask for a run, read what is planned, link to its page, describe its surroundings.

Plain requests to Prefect's API: its own client would cost each web process two seconds and 60 MB to import. Its server
answers 503 when two writers meet in SQLite, so every request is repeated within a short time. Whoever asks while the
engine is down gets None: what was asked for stands in the records, and the tick finds it there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from adapters.clock import VIETNAM, machine_now
from adapters.secrets import prefect_auth
from adapters.settings import Settings, get_settings

CYCLE = "quarterly-cycle"
DUE_CYCLES = "due-cycles"
TICK = "tick"
PAYMENT = "monthly-payment"
REMINDERS = "reminders"
MAIL = "deliver-mail"
RENEWALS = "insurance-renewals"
REPORTS = "reports"
BUDGET = "budget-need"

PATIENCE_SECONDS = 2.0
LONG_PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class PlannedRun:
    """A run the engine will start: of which deployment, when."""

    deployment: str
    at: datetime


def ask_run(deployment: str, parameters: Mapping[str, Any], idempotency_key: str) -> str | None:
    """Ask for one run of a deployment; the same key asks for the same run, and so does a run that waits to begin.

    Such a run will find in the records whatever stands there now: a burst of acts is one run, not a queue of them.

    Returns the engine's id of the run, or None when the engine is down. ``parameters`` hold ids and codes only.
    Never raises for a reason of the engine, and answers within two seconds.
    """
    tag = f"{deployment}:{parameters.get('cycle_id', 'all')}"
    with _Line(get_settings()) as line:
        queued = line.ask("POST", "/flow_runs/filter", _not_begun(tag))
        if queued:
            return str(queued[0]["id"])
        found = line.ask("GET", f"/deployments/name/{deployment}/{deployment}")
        if found is None:
            return None
        wish = {"parameters": dict(parameters), "idempotency_key": idempotency_key, "tags": [tag]}
        run = line.ask("POST", f"/deployments/{found['id']}/create_flow_run", wish)
    return str(run["id"]) if run else None


def _not_begun(tag: str) -> dict[str, Any]:
    """Runs that nobody has taken yet; one that was taken and lost ("Submitting") is not among them."""
    return {"limit": 1, "flow_runs": {"state": {"name": {"any_": ["Scheduled", "Late"]}}, "tags": {"all_": [tag]}}}


def scheduled_runs(limit: int = 20) -> list[PlannedRun]:
    """The next runs by the clock, soonest first; empty when the engine is down."""
    wish = {
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": limit,
        "flow_runs": {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"after_": machine_now().astimezone(UTC).isoformat()},
        },
    }
    with _Line(get_settings()) as line:
        runs = line.ask("POST", "/flow_runs/filter", wish) or []
        names = {item["id"]: item["name"] for item in line.ask("POST", "/deployments/filter", {}) or []}
    return [
        PlannedRun(names.get(run["deployment_id"], ""), _moment(run["expected_start_time"]))
        for run in runs
        if run["expected_start_time"]
    ]


def forget_missed(names: Sequence[str]) -> int:
    """Drop the runs of these deployments that came due while nobody was there to run them; returns how many.

    The engine would run every one now, a process each, though all would find the same in the records: ask for one
    look at the records instead.
    """
    wish = {
        "limit": 200,
        "deployments": {"name": {"any_": list(names)}},
        "flow_runs": {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"before_": machine_now().astimezone(UTC).isoformat()},
        },
    }
    with _Line(get_settings(), LONG_PATIENCE_SECONDS) as line:
        missed = [run["id"] for run in line.ask("POST", "/flow_runs/filter", wish) or []]
        for run_id in missed:
            line.ask("DELETE", f"/flow_runs/{run_id}")
    return len(missed)


def deployments() -> set[str]:
    """Names of the deployments the engine knows; empty when it is down."""
    with _Line(get_settings()) as line:
        return {str(item["name"]) for item in line.ask("POST", "/deployments/filter", {}) or []}


def is_up() -> bool:
    """Whether the engine answers."""
    with _Line(get_settings()) as line:
        return line.ask("GET", "/health") is True


def ui_url(run_id: str) -> str:
    """The page of a run in the engine's own UI, for operators; empty without a run."""
    return f"{ui_home()}/runs/flow-run/{run_id}" if run_id else ""


def ui_home() -> str:
    """The engine's own UI."""
    return get_settings().prefect_api_url.removesuffix("/api")


def engine_environment(settings: Settings) -> dict[str, str]:
    """What the engine's server and whoever works for it are told: own records, loopback, no calls to outside."""
    home = settings.data_dir / "prefect"
    login = prefect_auth(settings)
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": settings.prefect_api_url,
        "PREFECT_API_AUTH_STRING": login,
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": settings.prefect_database_url,
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
        **(_of_several_servers(settings.redis_url) if settings.redis_url else {}),
    }


def _of_several_servers(redis_url: str) -> dict[str, str]:
    """What several of the engine's servers share beside their database; none of them changes its form as it starts."""
    return {
        "PREFECT_REDIS_MESSAGING_URL": redis_url,
        "PREFECT_SERVER_DOCKET_URL": redis_url,
        "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE": "prefect_redis.cleanup_queue",
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    }


class _Line:
    """A short conversation with the engine, with two seconds of patience in all unless more is given."""

    def __init__(self, settings: Settings, patience: float = PATIENCE_SECONDS) -> None:
        name, _, password = prefect_auth(settings).partition(":")
        self._client = httpx.Client(base_url=settings.prefect_api_url, auth=(name, password), trust_env=False)
        self._end = time.monotonic() + patience

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer, or None when there is none in time, or the engine refuses."""
        while (left := self._end - time.monotonic()) > 0:
            try:
                answer = self._client.request(method, path, json=body, timeout=left)
            except httpx.ConnectError:
                return None
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                return answer.json() if answer.is_success and answer.content else None
            time.sleep(PAUSE_SECONDS)
        return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VIETNAM)
