"""Reads facts about a site from the AWS APIs, with the operator's credentials. It writes nothing."""
