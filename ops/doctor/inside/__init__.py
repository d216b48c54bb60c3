"""What the AWS APIs tell of a site, with the operator's credentials. All of it reads, nothing writes."""
