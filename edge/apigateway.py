"""REST APIs as API Gateway serves them.

An API whose endpoint type is EDGE answers through its own CloudFront.

Source: "API endpoint types" in the API Gateway Developer Guide. The emulator serves all types in the same
way, so this module adds the difference.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from edge.emulator import api_id
from edge.shared.recent import Recent

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient

    from edge.shared.answer import Answer


class RestApis:
    """The REST APIs of one account."""

    def __init__(self, apigateway: APIGatewayClient) -> None:
        self._apigateway = apigateway
        self._types = Recent(self._read)

    def forget(self) -> None:
        """Forget all configurations. The next request reads them again."""
        self._types.forget()

    async def passed_on(self, domain: str, given: Answer) -> Answer:
        """Return the answer of the origin `domain` as API Gateway passes it on.

        The answer of an EDGE API gets the headers of its own CloudFront. Any other answer stays as it is.
        """
        api = api_id(domain)
        if api is None or "EDGE" not in await self._types.get(api):
            return given
        found = "Error" if given.status >= HTTPStatus.BAD_REQUEST else "Miss"
        return given.replacing(
            {
                "Via": f"1.1 {api}.cloudfront.net (CloudFront)",
                "X-Cache": f"{found} from cloudfront",
                "X-Amz-Cf-Id": secrets.token_urlsafe(40),
            }
        )

    def _read(self, api: str) -> tuple[str, ...]:
        try:
            found = self._apigateway.get_rest_api(restApiId=api)
        except ClientError as refusal:
            if refusal.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                return ()
            raise
        return tuple(found.get("endpointConfiguration", {}).get("types", []))
