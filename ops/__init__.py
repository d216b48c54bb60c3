"""The operator's commands and what they are made of."""
