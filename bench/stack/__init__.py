"""Measures the whole system on this machine: the deployed stack, as ``python -m ops local`` runs it."""
