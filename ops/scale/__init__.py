"""Many pictures at once: `prewarming` makes them ahead, `purging` throws them away."""
