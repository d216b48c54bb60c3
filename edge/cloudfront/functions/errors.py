"""Why a function gave neither a request nor an answer."""

from __future__ import annotations

from http import HTTPStatus


class FunctionError(Exception):
    """CloudFront answers with `status` in the function's place."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class FunctionFailed(FunctionError):  # noqa: N818 - the name says what happened
    """The function threw, did not end, or is none for this runtime."""

    def __str__(self) -> str:
        """Return what CloudFront says, and why."""
        return f"The CloudFront function of this behaviour is invalid or could not run. ({super().__str__()})"


class InvalidReturn(FunctionError):  # noqa: N818 - the name says what it is
    """The function returned what CloudFront does not take."""

    status = HTTPStatus.BAD_GATEWAY
