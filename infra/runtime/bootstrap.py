"""Starts the function as Lambda's own bootstrap does. Lambda's Python runs it inside the sandbox.

Python looks for modules in the function's folder, then in the layers, then in the runtime ("Search path for
included packages", AWS Lambda developer guide). The address space of each process is limited to the
function's memory.
"""

from __future__ import annotations

import os
import resource
import sys

_MEGABYTE = 1 << 20

limit = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * _MEGABYTE
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

site_packages = f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
# Replace the first entry, which is this file's folder (the runtime's).
sys.path[:1] = [
    os.environ["LAMBDA_TASK_ROOT"],
    site_packages,
    "/opt/python",
    os.environ["LAMBDA_RUNTIME_DIR"],
]

from awslambdaric import bootstrap  # type: ignore[import-not-found]  # noqa: E402 - it exists only inside, and needs the search path above
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # type: ignore[import-not-found]  # noqa: E402 - likewise

bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))
