"""A Django that is configured once for all tests, as Django wants it."""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings
from django.template import Context, Template

URL = "https://img.example.com"


def rendered(source: str, **context: Any) -> str:
    """Return what Django makes of a template."""
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=["resize404"],
            RESIZE404={"url": URL},
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        )
        django.setup()
    return str(Template(source).render(Context(context)))
