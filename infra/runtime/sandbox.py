"""The sandbox of a function: its files, its environment, and no network but this machine's loopback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EMULATOR = Path("/usr/local/bin/aws-lambda-rie")
TASK, LAYERS = Path("/var/task"), Path("/opt")
REGION = "us-east-1"
USER, GROUP = "993", "990"
"""The ids of the user and the group that Lambda runs functions as. They own no files."""

RUNTIME = Path("/var/runtime")
BOOTSTRAP = RUNTIME / "bootstrap.py"

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True, slots=True)
class Function:
    """The settings of a Lambda function. `memory` is in megabytes."""

    handler: str
    runtime: str
    memory: int
    environment: Mapping[str, str]
    name: str = "resize404"


def environment(function: Function, endpoint_url: str) -> dict[str, str]:
    """Return the environment that Lambda gives `function`; AWS is at `endpoint_url`.

    Source: "Defined runtime environment variables", AWS Lambda developer guide.
    """
    return {
        **function.environment,
        "_HANDLER": function.handler,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
        "LAMBDA_RUNTIME_DIR": str(RUNTIME),
        "LAMBDA_TASK_ROOT": str(TASK),
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib"
        ":/var/task:/var/task/lib:/opt/lib",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PYTHONPATH": str(RUNTIME),
        "TZ": ":UTC",
    }


def shut(root: Path, environ: Mapping[str, str], binds: Iterable[str] = ()) -> list[str]:
    """Return the start of a command line that runs a command in `root`.

    The command can write only to /tmp, and to the folders that `binds` (options of bwrap) make writable.
    """
    return [
        *("bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--clearenv"),
        *(word for name, value in environ.items() for word in ("--setenv", name, value)),
        *("--ro-bind", str(root), "/", "--proc", "/proc", "--tmpfs", "/tmp"),  # noqa: S108 - inside
        *binds,
    ]


def enter(root: Path, task: Path, layers: Path, environ: Mapping[str, str]) -> list[str]:
    """Return the start of a command line that runs a command in the sandbox of a function.

    `task` and `layers` are the folders with the function's code and its layers.
    """
    return [
        *shut(root, environ, _bound({task: TASK, layers: LAYERS, _BOOTSTRAP: BOOTSTRAP})),
        # No shared memory: Lambda has no /dev/shm.
        *("--tmpfs", "/dev"),
        *(word for device in _DEVICES for word in ("--dev-bind", f"/dev/{device}", f"/dev/{device}")),
        *("--remount-ro", "/dev"),
        *(
            "--unshare-user",
            "--uid",
            USER,
            "--gid",
            GROUP,
            "--unshare-ipc",
            "--unshare-uts",
            "--cap-drop",
            "ALL",
        ),
        *("--chdir", str(TASK)),
    ]


def _bound(folders: Mapping[Path, Path]) -> list[str]:
    return [word for ours, inside in folders.items() for word in ("--ro-bind", str(ours), str(inside))]
