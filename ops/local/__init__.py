"""The whole system on this machine, and the page and the walk-through that show it."""
