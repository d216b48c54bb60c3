"""The operator's commands and their parts."""
