"""The configuration of a deployed website bucket: the settings that the website endpoint uses.

Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.s3.bucket_policy import NOTHING_ALLOWED

if TYPE_CHECKING:
    from edge.s3.bucket_policy import Policy
    from edge.s3.cors import CorsRule
    from edge.s3.routing_rules import Redirect, Rule


@dataclass(frozen=True, slots=True)
class Website:
    """A bucket's website configuration: its documents and rules, or one redirect for all requests."""

    index: str = ""
    error: str = ""
    rules: tuple[Rule, ...] = ()
    redirect_all: Redirect | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A bucket with its website configuration (None if it has none), region, public policy and CORS rules."""

    bucket: str
    website: Website | None
    region: str
    policy: Policy = NOTHING_ALLOWED
    cors: tuple[CorsRule, ...] = ()
