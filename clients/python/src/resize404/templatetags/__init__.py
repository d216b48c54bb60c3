"""For templates of Django: ``{% load resize404 %}``. Put ``resize404`` into INSTALLED_APPS.

The site is in the settings, with the arguments of `Site`: ``RESIZE404 = {"url": "https://img.example.com"}``.
"""
