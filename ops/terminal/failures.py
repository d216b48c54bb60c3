"""The failures that commands report, and messages for AWS's errors. Each message ends with the remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from botocore import exceptions as botocore

if TYPE_CHECKING:
    from collections.abc import Callable


class Refused(Exception):  # noqa: N818 - the name says what happened
    """The command refuses to do what the operator asked. The message says why, and what to do instead."""


class DeploymentFailed(Exception):  # noqa: N818 - the name says what happened
    """The stack could not be made or updated. The message names the failed resource and the reason."""


class GoesOn(Exception):  # noqa: N818 - the name says what happens
    """The operator stopped waiting for a stack, but CloudFormation continues."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"CloudFormation continues with the stack {name}. To see the progress: "
            f"aws cloudformation describe-stack-events --stack-name {name}"
        )


class Stopped(Exception):  # noqa: N818 - the name says what happened
    """The operator stopped a command. The message says what is done, and how to go on."""


_SIGN_IN = "Type: aws sso login, or aws configure, or set AWS_PROFILE; then try again."

_NETWORK = "Check the network, and --region."

_CODES = {
    "ExpiredToken": f"The AWS credentials have expired. {_SIGN_IN}",
    "ExpiredTokenException": f"The AWS credentials have expired. {_SIGN_IN}",
    "RequestExpired": f"The AWS credentials have expired, or this machine's clock is wrong. {_SIGN_IN}",
    "InvalidClientTokenId": f"AWS does not know these credentials. {_SIGN_IN}",
    "InvalidAccessKeyId": f"AWS does not know these credentials. {_SIGN_IN}",
    "UnrecognizedClientException": f"AWS does not know these credentials. {_SIGN_IN}",
    "SignatureDoesNotMatch": "The secret key does not match its key id, or this machine's clock is wrong.",
    "NoSuchBucket": "The bucket does not exist. Check its name, and --region and --profile.",
    "BucketAlreadyExists": (
        "Another AWS account has a bucket with this name. Name your own bucket: --artifacts BUCKET."
    ),
    "PermanentRedirect": "The bucket is in another region. Name that one: --region REGION.",
    "AuthorizationHeaderMalformed": "The bucket is in another region. Name that one: --region REGION.",
    "IllegalLocationConstraintException": "The bucket is in another region. Name that one: --region REGION.",
    "Throttling": "AWS gets too many requests at the moment. Wait a minute, then try again.",
    "OptInRequired": "This account has not enabled the service or the region. Enable it, or use another.",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_ACTION = re.compile(r"not authorized to perform: (?P<action>[\w:-]+)(?: on resource: (?P<resource>\S+))?")


def explain(failure: Exception) -> str:
    """Return a message for botocore's `failure`: what it means, and what the operator can do."""
    if isinstance(failure, botocore.ClientError):
        return _explain_answer(failure)
    cures = (said(failure) for kind, said in _BEFORE_AN_ANSWER if isinstance(failure, kind))
    return next(cures, str(failure))


def _explain_answer(failure: botocore.ClientError) -> str:
    code = failure.response["Error"].get("Code", "")
    message = failure.response["Error"].get("Message", "")
    if code in _DENIED:
        return _explain_denial(failure.operation_name, message)
    known = _CODES.get(code)
    return known or f"AWS refused {failure.operation_name}: {message} ({code})"


def _explain_denial(operation: str, message: str) -> str:
    # S3 says only "Access Denied". Then the message names the API call.
    named = _ACTION.search(message)
    action = named["action"] if named else operation
    resource = f" on {named['resource'].rstrip('.')}" if named and named["resource"] else ""
    return f"These credentials may not {action}{resource}. Ask the account's administrator to allow it."


_BEFORE_AN_ANSWER: tuple[tuple[type[Exception], Callable[[Exception], str]], ...] = (
    (botocore.ProfileNotFound, lambda failure: f"{failure}. The names are in ~/.aws/config."),
    (
        botocore.NoRegionError,
        lambda _: "No region is set. Name one: --region eu-central-1.",
    ),
    (botocore.InvalidRegionError, lambda failure: f"{failure} Name one such as eu-central-1."),
    (botocore.NoCredentialsError, lambda _: f"There are no AWS credentials. {_SIGN_IN}"),
    (botocore.PartialCredentialsError, lambda failure: f"{failure}. {_SIGN_IN}"),
    (botocore.CredentialRetrievalError, lambda failure: f"{failure}. {_SIGN_IN}"),
    (botocore.TokenRetrievalError, lambda _: "The sign-in has expired. Type: aws sso login, then try again."),
    (botocore.SSOError, lambda _: "The sign-in has expired. Type: aws sso login, then try again."),
    (botocore.HTTPClientError, lambda failure: f"AWS cannot be reached: {failure}. {_NETWORK}"),
    (botocore.ConnectionError, lambda failure: f"AWS cannot be reached: {failure}. {_NETWORK}"),
)
