"""The configuration: from the environment to one frozen value."""
