"""Events in AWS's format."""

from __future__ import annotations

import json

import pytest

from infra.runtime import events


@pytest.mark.parametrize(
    ("key", "encoded"),
    [
        pytest.param("a.jpg", ["a.jpg"], id="a plain name"),
        pytest.param("shoes/red.jpg", ["shoes", "red.jpg"], id="a folder"),
        pytest.param("é ☕.jpg", ["%C3%A9%20%E2%98%95.jpg"], id="Unicode and a space"),
        pytest.param("50%25.jpg", ["50%2525.jpg"], id="a key that looks encoded"),
        pytest.param("a+b&c=d.jpg", ["a%2Bb%26c%3Dd.jpg"], id="a key that a form would decode differently"),
        pytest.param("1/2/3/4/5/6/7/8/9/10", [*list("123456789"), "10"], id="ten levels"),
    ],
)
def test_path_parameters_stay_percent_encoded_one_for_each_level(key: str, encoded: list[str]) -> None:
    event = events.picture("300x200,fit=cover", key)
    names = [f"level{number + 1}" for number in range(len(encoded))]
    assert event["pathParameters"] == {
        "variant": "300x200%2Cfit%3Dcover",
        **dict(zip(names, encoded, strict=True)),
    }
    assert event["path"] == "/resize/300x200%2Cfit%3Dcover/" + "/".join(encoded)


def test_the_resource_names_the_path_parameters_as_the_app_does() -> None:
    event = events.picture("100x", "shoes/red.jpg")
    assert event["resource"] == "/resize/{variant}/{level1}/{level2}"
    assert event["requestContext"]["resourcePath"] == event["resource"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_method_is_where_chalice_and_lambda_look_for_it(method: str) -> None:
    event = events.picture("100x", "a.jpg", method)
    assert (event["httpMethod"], event["requestContext"]["httpMethod"]) == (method, method)


def test_an_event_is_json() -> None:
    event = events.picture("100x", "é.jpg")
    assert json.loads(json.dumps(event)) == event


def test_a_message_is_text_in_a_record_of_the_queue() -> None:
    (record,) = events.message({"items": ["/a"]})["Records"]
    assert (record["eventSource"], json.loads(record["body"])) == ("aws:sqs", {"items": ["/a"]})


def test_s3_encodes_keys_as_in_a_form() -> None:
    (record,) = events.change("photos", "a b+é.jpg")["Records"]
    assert record["s3"] == {"bucket": {"name": "photos"}, "object": {"key": "a+b%2B%C3%A9.jpg"}}
