"""Modules that nothing uses are not loaded with the AWS clients, and whoever needs them has them."""

from __future__ import annotations

import subprocess
import sys

import pytest

MAKES_A_CLIENT = """
import os
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
from chalicelib.aws.clients import Aws
s3 = Aws().s3
"""


def run(program: str) -> str:
    """Return what a new Python prints. It fails the test if the program fails."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_client_is_made_without_what_writes_documentation_and_what_speaks_http_2() -> None:
    left_out = ("botocore.docs.service", "botocore.docs.bcdoc.restdoc", "importlib.metadata")
    told = run(f"{MAKES_A_CLIENT}\nimport sys; print([each for each in {left_out} if each in sys.modules])")
    assert told == "[]\n"


@pytest.mark.parametrize(
    ("what", "program"),
    [
        ("calls of a client", "assert callable(s3.head_object) and s3.head_object.__doc__ == ''"),
        ("pages", "s3.get_paginator('list_objects_v2')"),
        ("waiters", "from botocore.waiter import create_waiter_with_client"),
        ("what botocore's handlers need", "from botocore.docs.utils import AutoPopulatedParam"),
        ("names of botocore's documentation", "from botocore.docs import DEPRECATED_SERVICE_NAMES"),
        ("its modules", "import botocore.docs; from botocore.docs.service import ServiceDocumenter"),
        ("boto3", "import boto3; boto3.resource('s3').Bucket('site').put_object.__doc__"),
        ("boto3's documentation", "import boto3.docs.service"),
        ("who looks at all modules", "import inspect; inspect.stack()"),
        ("specs", "from importlib.util import find_spec; assert find_spec('botocore.docs').origin"),
        ("the upgrade to HTTP/2", "from urllib3.http2 import inject_into_urllib3"),
        ("whether a host speaks HTTP/2", "from urllib3.http2 import probe; probe.acquire_and_get"),
    ],
)
def test_all_else_works_as_before(what: str, program: str) -> None:
    assert run(f"{MAKES_A_CLIENT}\n{program}") == "", what


@pytest.mark.parametrize("module", ["assembly", "ahead", "upkeep.work", "inspection"])
def test_no_function_loads_them(module: str) -> None:
    told = run(f"import chalicelib.{module}, sys; print('botocore.docs.service' in sys.modules)")
    assert told == "False\n"


def test_to_import_the_app_loads_neither_botocore_nor_urllib3() -> None:
    told = run("import chalicelib.aws.queues, sys; print({'botocore', 'urllib3'} & {*sys.modules})")
    assert told == "set()\n"


def test_a_name_that_is_nowhere_is_an_error_as_always() -> None:
    told = run(
        f"{MAKES_A_CLIENT}\n"
        "from botocore import docs\n"
        "print(hasattr(docs, 'nowhere'), hasattr(docs, 'service'))"
    )
    assert told == "False True\n"


def test_what_somebody_has_loaded_stays() -> None:
    told = run(
        "import botocore.docs.docstring as before, urllib3.http2 as http2\n"
        f"{MAKES_A_CLIENT}\n"
        "import sys; print(sys.modules['botocore.docs.docstring'] is before, 'version' in vars(http2))\n"
        "print(type(s3.head_object.__doc__) is before.ClientMethodDocstring)"
    )
    assert told == "True True\nTrue\n"
