"""What keeps the site right while no viewer waits: the work of the queues."""
