"""``python -m edge``: run the stand-in alone, for a distribution that is deployed to an emulator."""

from __future__ import annotations

import signal
import threading

import click
from botocore.exceptions import BotoCoreError, ClientError

from edge.cloudfront.distribution import UnsupportedDistributionError
from edge.running import serve


@click.command()
@click.option("--distribution", required=True, metavar="ID", help="Id of the distribution to serve.")
@click.option(
    "--endpoint-url",
    default="http://127.0.0.1:4566",
    show_default=True,
    help="Address of the emulator's AWS APIs.",
)
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 chooses a free one.")
@click.option("--worst", is_flag=True, help="Behave as the worst CDN does: keep every redirect for a day.")
@click.option(
    "--invalidation-delay",
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Seconds until an invalidation takes effect.",
)
def main(distribution: str, endpoint_url: str, port: int, invalidation_delay: float, *, worst: bool) -> None:
    """Serve a CloudFront distribution, and the website buckets behind it, on this machine.

    The edge reads behaviours, functions, policies, website rules, bucket policies and invalidations through
    the AWS APIs, about once a second. To change how the edge behaves, change the deployed resources.

    It prints its address to standard output. Ctrl-C or SIGTERM stops it. Its answers have the headers X-Cache
    (Hit, Miss, RefreshHit, Error, FunctionGeneratedResponse) and Age, as CloudFront's answers have:

    \b
      aws cloudfront list-distributions --endpoint-url http://127.0.0.1:4566
      python -m edge --distribution E2EXAMPLE --port 8404
      curl -i http://127.0.0.1:8404/300x200/shoes/red.jpg

    To see how a site behaves behind a CDN that keeps answers for too long:

    \b
      python -m edge --distribution E2EXAMPLE --worst --invalidation-delay 60
    """  # noqa: D301 - a real backspace tells click not to wrap these lines
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
