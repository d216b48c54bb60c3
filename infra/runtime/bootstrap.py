"""Starts the function as Lambda's own bootstrap does. It runs inside, by Lambda's Python.

Modules are looked for in the function's own folder, in the layers', in the runtime's ("Search path for
included packages", AWS Lambda developer guide). Memory is limited by address space: no process may have more
of it than the function has of memory.
"""

from __future__ import annotations

import os
import resource
import sys

_MEGABYTE = 1 << 20

most = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * _MEGABYTE
resource.setrlimit(resource.RLIMIT_AS, (most, most))

site_packages = f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
# In place of this file's own folder, which is the runtime's.
sys.path[:1] = [
    os.environ["LAMBDA_TASK_ROOT"],
    site_packages,
    "/opt/python",
    os.environ["LAMBDA_RUNTIME_DIR"],
]

from awslambdaric import bootstrap  # type: ignore[import-not-found]  # noqa: E402 - only there, only now
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # type: ignore[import-not-found]  # noqa: E402 - likewise

bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))
