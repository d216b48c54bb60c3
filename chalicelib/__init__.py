"""Everything of resize404 that runs in Lambda."""
