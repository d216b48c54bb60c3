"""Events in Lambda's format: requests from API Gateway's REST APIs, and messages from queues.

Sources: "Input format of a Lambda function for proxy integration" (API Gateway developer guide), "Using
Lambda with Amazon SQS" (Lambda developer guide), "Event message structure" (S3 user guide).
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

Event = dict[str, Any]


def picture(variant: str, key: str, method: str = "GET") -> Event:
    """Return the event of a request for the `variant` of `key`. Both are given without percent-encoding.

    The event's path parameters are percent-encoded, as on AWS. Emulators decode them.
    """
    segments = [quote(segment, safe="") for segment in (variant, *key.split("/"))]
    names = ["variant", *(f"level{number}" for number in range(1, len(segments)))]
    resource = "/resize/" + "/".join(f"{{{name}}}" for name in names)
    path = "/resize/" + "/".join(segments)
    headers = {"Accept": "image/*", "Host": "api.execute-api.us-east-1.amazonaws.com"}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": dict(zip(names, segments, strict=True)),
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": f"/api{path}",
            "protocol": "HTTP/1.1",
            "stage": "api",
            "requestId": "00000000-0000-0000-0000-000000000000",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "proof"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def message(body: object) -> Event:
    """Return the event of a batch of one message."""
    record = {
        "messageId": "00000000-0000-0000-0000-000000000000",
        "receiptHandle": "handle",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}


def change(bucket: str, key: str) -> Event:
    """Return S3's notification that `key` was written. S3 encodes the key as in a form."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}},
    }
    return {"Records": [record]}
