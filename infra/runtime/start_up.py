"""Tells where the time of a cold start goes: the milliseconds that each part takes of the processor."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from infra.runtime import unpacked_code
from infra.runtime.bench import ENVIRONMENT
from infra.runtime.deployed import deployed
from infra.runtime.function import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.package import Package
    from infra.runtime.root import Root

_PROGRAM = """
import sys
sys.path[:1] = ["/var/task", "/opt/python", "/var/runtime"]
import gc, json, os, resource, time
parts, before = {"Python itself": time.process_time() * 1000}, time.process_time()

def part(name):
    global before
    parts[name], before = (time.process_time() - before) * 1000, time.process_time()

import awslambdaric.bootstrap
part("Lambda's runtime interface client")
import chalice.app
part("Chalice")
os.environ["_HANDLER"] = ""
import app
part("routes, configuration, addresses")
gc.disable()
import chalicelib.aws
import botocore.client, botocore.config, botocore.httpsession, botocore.session
part("botocore's modules")
import chalicelib.assembly
part("the rest of our modules")
from chalicelib.aws.clients import Aws
Aws().s3
part("the S3 client")
from chalicelib.darkroom.darkroom import of_this_process
room = of_this_process(drawings=False)
room.open()
room.weaknesses()
room.close()
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
parts["the renderer's process, beside all that"] = (spent.ru_utime + spent.ru_stime) * 1000
print(json.dumps(parts))
"""


def measure(package: Package, root: Root, rounds: int) -> Mapping[str, float]:
    """Return the milliseconds of each part of a cold start: medians of so many `rounds`."""
    function = unpacked_code.function(package, "APIHandler", ENVIRONMENT)
    with deployed(package, root) as here:
        told = [ask(root, here.code, function, _PROGRAM) for _ in range(rounds)]
    return {part: median(each[part] for each in told) for part in told[0]}
