"""The environment: a misspelled variable is a fault, and the many variables of others are not."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.config.environment import Environment
from tests.config.test_config import EVERY, LEAST, faults
from tests.messages import is_public, slips, suggestion

# Lambda developer guide, "Defined runtime environment variables", and what its runtimes set besides.
LAMBDA = """
_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE
AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID
AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR LANG
PATH LD_LIBRARY_PATH NODE_PATH NODE_OPTIONS PYTHONPATH GEM_PATH AWS_XRAY_CONTEXT_MISSING
AWS_XRAY_DAEMON_ADDRESS AWS_LAMBDA_DOTNET_PREJIT TZ AWS_LAMBDA_MAX_CONCURRENCY AWS_LAMBDA_METADATA_API
AWS_LAMBDA_METADATA_TOKEN AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
AWS_ENDPOINT_URL PWD SHLVL OLDPWD
"""
# Of a terminal, of CI and of other programs, where `chalice package` reads the configuration.
ELSEWHERE = """
HOME USER LOGNAME SHELL TERM EDITOR PAGER DISPLAY HOSTNAME MAIL LESS LS_COLORS COLORTERM SSH_AUTH_SOCK
VIRTUAL_ENV XDG_RUNTIME_DIR XDG_CACHE_HOME DBUS_SESSION_BUS_ADDRESS AWS_PROFILE AWS_CONFIG_FILE
AWS_SDK_LOAD_CONFIG CI GITHUB_ACTIONS GITHUB_SHA RUNNER_TEMP PIP_INDEX_URL HTTP_PROXY https_proxy
no_proxy MAGICK_HOME MAGICK_CONFIGURE_PATH WAND_MAGICK_LIBRARY_SUFFIX BUCKET BUCKET_NAME S3_BUCKET SITE
SITE_NAME SITE_ID SITE_DIR URL BASE_URL SOURCE_DIR RESOURCES SOURCE_DATE_EPOCH SOURCE_VERSION PREFIX
CACHE_DIR CACHE_URL DISTRIBUTION STATUS VALIDATE VALIDATION QUEUE_URL TIMEOUT OPTIONS ALLOWED_HOSTS
ALLOWED_ORIGINS DISTRIBUTION_NAME REDIRECT_URL REDIRECT_URI MAX_BODY_BYTES MAX_UPLOAD_BYTES DETECTION
SIGNATURE_KEY
"""


def read(environ: dict[str, str]) -> list[str]:
    """Return the misspelled variables of an environment of which all our variables were taken."""
    environment = Environment(environ)
    for name in EVERY:
        environment.take(name, "", str)
    return list(environment.misspelled())


def test_the_variables_of_others_are_no_fault() -> None:
    assert faults(LEAST | dict.fromkeys(f"{LAMBDA} {ELSEWHERE}".split(), "x")) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ALOWED_OPTIONS", "ALLOWED_OPTIONS"),
        ("ALLOWED_DIMENTIONS", "ALLOWED_DIMENSIONS"),
        ("ALLOWED_DIMENSION", "ALLOWED_DIMENSIONS"),
        ("allowed_options", "ALLOWED_OPTIONS"),
        ("PRESET", "PRESETS"),
        ("WATERMARK", "WATERMARKS"),
        ("SITEURL", "SITE_URL"),
        ("KEY_PREFIXS", "KEY_PREFIX"),
        ("DISTRIBUTIONS_ID", "DISTRIBUTION_ID"),
        ("MAX_SOURCE_PIXEL", "MAX_SOURCE_PIXELS"),
        ("RENDER_TIME_OUT", "RENDER_TIMEOUT"),
    ],
)
def test_a_misspelled_variable_is_a_fault_that_names_the_right_one(name: str, meant: str) -> None:
    assert faults(LEAST | {name: "x"}) == [f"{name}: there is no such variable. Did you mean '{meant}'?"]


def test_a_misspelled_variable_is_reported_with_the_fault_that_it_causes() -> None:
    assert faults({"SOURCES": "default=photos", "SITE_BUKCET": "site"}) == [
        "SITE_BUCKET='': The name of a bucket is needed, such as my-bucket.",
        "SITE_BUKCET: there is no such variable. Did you mean 'SITE_BUCKET'?",
    ]


@pytest.mark.parametrize("foreign", ["SOURCE", "SITE_BUCKETS"])
def test_a_name_like_that_of_a_variable_with_a_value_is_left_alone(foreign: str) -> None:
    assert faults(LEAST | {foreign: "x"}) == []


@example("CHANGES_QEUUE")
@given(st.sampled_from([name for name in EVERY if len(name) > 12]).flatmap(slips))
@settings(deadline=None)
def test_a_slip_in_a_long_name_is_a_fault_that_suggests_a_variable(written: str) -> None:
    found = read({written: "x"})
    assert [suggestion(fault) in EVERY and is_public(fault) for fault in found] == [True] * (
        written not in EVERY
    )


@given(st.text(string.ascii_uppercase + "_", min_size=1, max_size=30))
@settings(deadline=None)
def test_a_suggestion_for_any_name_is_a_variable(name: str) -> None:
    assert all(suggestion(fault) in EVERY for fault in read({name: "x"}))
