"""What anybody can see of a site: addresses, hops, walks."""
