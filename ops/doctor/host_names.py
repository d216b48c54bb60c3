"""The host names of S3 and API Gateway, as regular expressions."""

from __future__ import annotations

import re

WEBSITE = re.compile(r"(?P<bucket>.+)\.s3-website[.-](?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
"""A website endpoint. In old regions it contains ``s3-website-REGION``, in others ``s3-website.REGION``."""

REST = re.compile(
    r"(?P<bucket>.+)\.s3(?:[.-](?:dualstack\.)?(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9]))?\.amazonaws\.com(?:\.cn)?"
)
"""The REST endpoint of a bucket."""

EXECUTE_API = re.compile(r"(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
"""The host of a REST API."""
