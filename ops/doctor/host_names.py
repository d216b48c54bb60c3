"""How the hosts of S3 and API Gateway are called. Pure."""

from __future__ import annotations

import re

WEBSITE = re.compile(r"(?P<bucket>.+)\.s3-website[.-](?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
"""A website endpoint: the old regions have a dash in it, the others a dot."""

REST = re.compile(
    r"(?P<bucket>.+)\.s3(?:[.-](?:dualstack\.)?(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9]))?\.amazonaws\.com(?:\.cn)?"
)
"""A REST endpoint of a bucket."""

EXECUTE_API = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
"""The host of a REST API."""
