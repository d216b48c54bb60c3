"""A stand-in for the two things that no AWS emulator serves: S3's website endpoint, and CloudFront's cache.

Both are served on loopback and configured only by what is deployed, which is read through the AWS APIs::

    with edge.serve(distribution_id, endpoint_url="http://127.0.0.1:4566") as running:
        requests.get(f"{running.url}/300x200/shoes/red.jpg")

`s3` and `cloudfront` answer as those services do. `apigateway` adds what API Gateway adds to an answer.
`shared` holds the parts that they have in common. `emulator` is the only module that knows of an emulator.
"""

from edge.log import Log, Seen
from edge.running import Edge, serve

__all__ = ["Edge", "Log", "Seen", "serve"]
