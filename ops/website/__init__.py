"""Adds our routing rules to the website configuration of an existing bucket, and removes them."""
