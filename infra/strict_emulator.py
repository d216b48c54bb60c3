"""Runs MiniStack with five of AWS's habits that it lacks.

Its CloudFront refuses the invalidations that AWS's refuses. MiniStack takes any path. What it took and AWS
would not, such as ``/IMG_20~1.JPG``, would seem to work here.

Its CloudFront also looks at what a distribution refers to (`infra.strict_distributions`).

Its API Gateway reads gateway responses and binary media types from an API's definition, as AWS does.
MiniStack knows them only outside of it.

Its CloudFormation reads Join and Split in conditions, as AWS does. MiniStack compares them as they are
written.

Its Lambda takes the number of workers of a queue from a parameter of the stack, which is a text there, as AWS
does. MiniStack compares the text with a number, and delivers no message of any queue any more.

And it starts functions faster than MiniStack (`infra.unpacked_once`), and fewer of them: for a queue, and for
requests. On AWS two hundred viewers at once start two hundred functions. Here their start would take longer
than API Gateway waits, and all of the memory; so they wait for a few.
"""

from __future__ import annotations

import asyncio
import os
import runpy
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ministack.core import lambda_runtime
from ministack.services import apigateway_v1, cloudfront, lambda_svc
from ministack.services.cloudformation import changesets, engine, handlers, stacks

from infra import strict_distributions
from infra.unpacked_once import SharedArchive

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Answer = tuple[int, dict[str, str], bytes]
    Concurrency = Callable[..., int]
    Run = Callable[..., Awaitable[Any]]
    ImportRestApi = Callable[[dict[str, Any], dict[str, Any] | None], str]
    EvaluateConditions = Callable[[dict[str, Any], dict[str, Any]], dict[str, bool]]
    CreateInvalidation = Callable[[str, bytes], Answer]

_XML = "{http://cloudfront.amazonaws.com/doc/2020-05-31/}"
_BINARY = "x-amazon-apigateway-binary-media-types"
_WORKERS_OF_A_QUEUE = 2
"""So many functions read one queue: on one machine, the start of each more slows the others down."""
_FUNCTIONS_FOR_REQUESTS = max(4, os.cpu_count() or 1)
"""So many functions answer requests at the same time. Other requests wait until one is free."""
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_KNOWN_REFERENCE = (
    "Your request contains a caller reference that was used for a previous invalidation batch for the same "
    "distribution."
)


def strict(create: CreateInvalidation) -> CreateInvalidation:
    """Return MiniStack's own `create`, with a check of the batch in front of it."""

    def create_invalidation(distribution: str, body: bytes) -> Answer:
        from edge.cloudfront.invalidation import (  # noqa: PLC0415 - the edge is half a second of start-up
            RefusedBatchError,
            check,
        )

        paths = ET.fromstring(body).find(f"{_XML}Paths")  # noqa: S314 - an emulator on loopback
        items = [] if paths is None else [item.text or "" for item in paths.iter(f"{_XML}Path")]
        quantity = "0" if paths is None else paths.findtext(f"{_XML}Quantity", "0")
        try:
            check(items, int(quantity))
        except RefusedBatchError as refusal:
            return _error(refusal.code, str(refusal))
        answer = create(distribution, body)
        # In practice AWS has no code of its own for this (aws/aws-cdk#3878).
        return _error("InvalidArgument", _KNOWN_REFERENCE) if _is_known(answer) else answer

    return create_invalidation


def reading_texts(evaluate: EvaluateConditions) -> EvaluateConditions:
    """Return MiniStack's own `evaluate`, which is given conditions without Join and Split."""

    def evaluate_conditions(template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, bool]:
        conditions = _read(template.get("Conditions", {}), parameters)
        return evaluate({**template, "Conditions": conditions}, parameters)

    return evaluate_conditions


def _read(value: Any, parameters: dict[str, Any]) -> Any:  # noqa: ANN401 - any part of a template
    """Return `value` with the results of Join and Split, and of the parameters in them."""
    if isinstance(value, list):
        return [_read(each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    read = {name: _read(each, parameters) for name, each in value.items()}
    if read.get("Ref") in parameters:
        return parameters[read["Ref"]]["Value"]
    if "Fn::Join" in read:
        return read["Fn::Join"][0].join(read["Fn::Join"][1])
    return read["Fn::Split"][1].split(read["Fn::Split"][0]) if "Fn::Split" in read else read


def at_most(workers: int, concurrency: Concurrency) -> Concurrency:
    """Return MiniStack's own `concurrency` of a queue's functions, but no more than `workers`.

    It is given the number that the stack allows as a number.
    """

    def concurrency_of(source: dict[str, Any], *others: Any) -> int:  # noqa: ANN401 - MiniStack's own
        scaling = source.get("ScalingConfig") or {}
        scaling.update({name: int(value) for name, value in scaling.items()})
        return min(workers, concurrency(source, *others))

    return concurrency_of


def few(functions: int, run: Run) -> Run:
    """Return MiniStack's own `run` of a function for a request, of which so many go on at the same time.

    Ours call no function, so none waits for one that waits for it.
    """
    free = asyncio.Semaphore(functions)

    async def run_when_one_is_free(*told: Any, **named: Any) -> Any:  # noqa: ANN401 - MiniStack's own
        async with free:
            return await run(*told, **named)

    return run_when_one_is_free


def _is_known(answer: Answer) -> bool:
    return b"<Code>InvalidationBatchAlreadyExists</Code>" in answer[2]


def _error(code: str, message: str) -> Answer:
    answer: Answer = cloudfront._error(code, message, 400)  # noqa: SLF001 - MiniStack has no hooks
    return answer


def with_extensions(import_rest_api: ImportRestApi) -> ImportRestApi:
    """Return MiniStack's own `import_rest_api`, which also reads AWS's extensions of a definition."""

    def import_all(definition: dict[str, Any], base: dict[str, Any] | None = None) -> str:
        api = import_rest_api(definition, {**(base or {}), "binaryMediaTypes": definition.get(_BINARY, [])})
        for kind, response in definition.get(_GATEWAY_RESPONSES, {}).items():
            status, _, body = apigateway_v1._put_gateway_response(api, kind, response)  # noqa: SLF001 - no hooks
            if status >= HTTPStatus.BAD_REQUEST:
                raise ValueError(body)
        return api

    return import_all


if __name__ == "__main__":
    apigateway_v1._import_rest_api = with_extensions(apigateway_v1._import_rest_api)  # noqa: SLF001 - likewise
    cloudfront._create_invalidation = strict(cloudfront._create_invalidation)  # noqa: SLF001 - likewise
    strict_distributions.install()
    apigateway_v1.run_reentrant = few(_FUNCTIONS_FOR_REQUESTS, apigateway_v1.run_reentrant)
    lambda_svc._sqs_esm_concurrency = at_most(_WORKERS_OF_A_QUEUE, lambda_svc._sqs_esm_concurrency)  # noqa: SLF001 - likewise
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(lambda_runtime.zipfile), "ZipFile": SharedArchive})
    evaluating = reading_texts(engine._evaluate_conditions)  # noqa: SLF001 - likewise
    for module in (changesets, handlers, stacks):
        module._evaluate_conditions = evaluating  # noqa: SLF001 - likewise
    runpy.run_module("ministack", run_name="__main__")
