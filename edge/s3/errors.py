"""S3's errors, as its website endpoint and its REST endpoint write them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from edge.shared.answer import Answer, answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of S3: HTTP status, S3's error code, and its message."""

    status: int
    code: str
    message: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a website endpoint adds to an error."""
        return {"x-amz-error-code": self.code, "x-amz-error-message": self.message}


BAD_URI = Refusal(400, "InvalidURI", "Couldn't parse the specified URI.")
KEY_TOO_LONG = Refusal(400, "KeyTooLongError", "Your key is too long")
ACCESS_DENIED = Refusal(403, "AccessDenied", "Access Denied")
SIGNATURE_DOES_NOT_MATCH = Refusal(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
)
NO_SUCH_KEY = Refusal(404, "NoSuchKey", "The specified key does not exist.")
NO_SUCH_BUCKET = Refusal(404, "NoSuchBucket", "The specified bucket does not exist")
NO_SUCH_WEBSITE = Refusal(
    404, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"
)
ANOTHER_REGION = Refusal(
    400,
    "IncorrectEndpoint",
    "The specified bucket exists in another region. Please direct requests to the specified endpoint.",
)
METHOD_NOT_ALLOWED = Refusal(
    405, "MethodNotAllowed", "The specified method is not allowed against this resource."
)


def html_page(refusal: Refusal, **details: str) -> Answer:
    """Return `refusal` as a website endpoint writes it, in HTML. `details` are listed by name."""
    title = f"{refusal.status} {HTTPStatus(refusal.status).phrase}"
    request = {"x-amz-request-id": secrets.token_hex(8).upper(), "x-amz-id-2": secrets.token_urlsafe(56)}
    lines = {
        "Code": refusal.code,
        "Message": refusal.message,
        **details,
        "RequestId": request["x-amz-request-id"],
        "HostId": request["x-amz-id-2"],
    }
    listed = "\n".join(f"<li>{name}: {escape(line)}</li>" for name, line in lines.items())
    html = (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n"
        f"<ul>\n{listed}\n</ul>\n<hr/>\n</body>\n</html>\n"
    )
    headers = {"Content-Type": "text/html; charset=utf-8", **refusal.headers, **request}
    return answer(refusal.status, headers, html.encode())


def xml_document(refusal: Refusal, **details: str) -> Answer:
    """Return `refusal` as a REST endpoint writes it: in XML, without error headers."""
    request = {"x-amz-request-id": secrets.token_hex(8).upper(), "x-amz-id-2": secrets.token_urlsafe(56)}
    lines = {
        "Code": refusal.code,
        "Message": refusal.message,
        **details,
        "RequestId": request["x-amz-request-id"],
        "HostId": request["x-amz-id-2"],
    }
    listed = "".join(f"<{name}>{escape(line)}</{name}>" for name, line in lines.items())
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{listed}</Error>'
    return answer(refusal.status, {"Content-Type": "application/xml", **request}, xml.encode())
