"""``python -m edge``: the stand-in by itself, in front of a distribution in an emulator."""

from __future__ import annotations

import signal
import threading

import click
from botocore.exceptions import BotoCoreError, ClientError

from edge.cloudfront.distribution_reader import UnsupportedDistributionError
from edge.running import serve


@click.command()
@click.option("--distribution", required=True, metavar="ID", help="Id of the distribution to serve.")
@click.option(
    "--endpoint-url",
    default="http://127.0.0.1:4566",
    show_default=True,
    help="Where the AWS APIs of the emulator answer.",
)
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--worst", is_flag=True, help="Be the worst CDN in the world: keep every redirect for a day.")
@click.option(
    "--invalidation-delay",
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="How long an invalidation takes to take hold.",
)
def main(distribution: str, endpoint_url: str, port: int, invalidation_delay: float, *, worst: bool) -> None:
    """Serve a CloudFront distribution, and the website buckets behind it, on this machine.

    Everything is read through the AWS APIs, about once a second: behaviours, policies, website rules, bucket
    policies, invalidations. So to change what the edge does, change what is deployed.

    Its address goes to standard output; Ctrl-C or SIGTERM stops it. Answers carry X-Cache (Hit, Miss,
    RefreshHit, Error) and Age as CloudFront's do:

    \b
      aws cloudfront list-distributions --endpoint-url http://127.0.0.1:4566
      python -m edge --distribution E2EXAMPLE --port 8404
      curl -i http://127.0.0.1:8404/300x200/shoes/red.jpg

    To see what a site does behind a CDN that keeps what it should not:

    \b
      python -m edge --distribution E2EXAMPLE --worst --invalidation-delay 60
    """  # noqa: D301 - click reads a real backspace as: leave these lines as they are
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        with serve(
            distribution,
            endpoint_url=endpoint_url,
            port=port,
            worst=worst,
            invalidation_delay=invalidation_delay,
        ) as edge:
            click.echo(edge.url)
            stopped.wait()
    except (BotoCoreError, ClientError, UnsupportedDistributionError, OSError) as failure:
        raise click.ClickException(str(failure)) from failure


if __name__ == "__main__":
    main()
