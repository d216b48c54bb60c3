"""A stand-in for two services that no AWS emulator has: S3's website endpoint and CloudFront's cache.

It listens on loopback. Its only configuration is the deployed one, which it reads through the AWS APIs::

    with edge.serve(distribution_id, endpoint_url="http://127.0.0.1:4566") as running:
        requests.get(f"{running.url}/300x200/shoes/red.jpg")

`s3` and `cloudfront` answer as those services do. `apigateway` adds what API Gateway adds to an answer.
`shared` holds the parts that they have in common. `emulator` is the only module that knows of an emulator.
"""

from edge.log import Log, Seen
from edge.running import Edge, serve

__all__ = ["Edge", "Log", "Seen", "serve"]
