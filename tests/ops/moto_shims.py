"""The features of AWS that moto 5.2 lacks for `chalice deploy`. Only these tests use them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.models import APIGatewayBackend
from moto.apigateway.responses import APIGatewayResponse
from moto.awslambda.responses import LambdaResponse

if TYPE_CHECKING:
    import pytest


def install(patch: pytest.MonkeyPatch) -> None:
    """Let moto import a Swagger 2 document with its endpoint type, and find a layer by its ARN."""
    put, create = APIGatewayBackend.put_rest_api, APIGatewayResponse.create_rest_api

    def put_rest_api(
        self: Any,
        function_id: str,
        api_doc: Any,
        fail_on_warnings: bool,  # noqa: FBT001 - moto's own
        mode: str = "merge",
    ) -> Any:
        document = {name: value for name, value in api_doc.items() if name != "swagger"}
        return put(self, function_id, document, fail_on_warnings=fail_on_warnings, mode=mode)

    def import_rest_api(self: Any, api_doc: Any, fail_on_warnings: bool) -> Any:  # noqa: FBT001 - moto's own
        api = self.create_rest_api(name=api_doc["info"]["title"], description="")
        return self.put_rest_api(api.id, api_doc, fail_on_warnings=fail_on_warnings)

    def create_rest_api(self: Any) -> Any:
        status, headers, body = create(self)
        kind = self._get_param("endpointConfigurationTypes")
        if kind:
            api = self.backend.get_rest_api(json.loads(body)["id"])
            api.endpoint_configuration = {"types": [kind]}
        return status, headers, body

    def get_layer_version_by_arn(self: Any) -> str:
        return json.dumps(self.backend.layers_versions_by_arn(self._get_param("Arn")).get_layer_version())

    patch.setattr(APIGatewayBackend, "put_rest_api", put_rest_api)
    patch.setattr(APIGatewayBackend, "import_rest_api", import_rest_api)
    patch.setattr(APIGatewayResponse, "create_rest_api", create_rest_api)
    patch.setattr(LambdaResponse, "get_layer_version_by_arn", get_layer_version_by_arn, raising=False)
