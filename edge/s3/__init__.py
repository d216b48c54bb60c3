"""S3's two endpoints for anonymous clients: the website endpoint and the REST endpoint.

`website` and `rest` answer requests. `bucket_policy`, `cors`, `routing_rules` and `site` are values and rules
without I/O. `bucket_reader` reads the deployed buckets.
"""
