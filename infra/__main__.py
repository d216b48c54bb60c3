"""``python -m infra``: package the app, check the template, print what other distributions need."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chalicelib.config import buckets, config
from infra import (
    aws_models,
    client_options,
    option_reference,
    parameter_table,
    release,
    routing,
    site_check,
    svg,
    template,
    vectors,
)
from infra import package as packaging
from infra.bucket_policy import SharedBucketError, bucket_policy
from infra.edge_functions import canonical
from infra.edge_functions import deployed as edge_function

OUT = packaging.PROJECT / "build" / "package"
RELEASES = packaging.PROJECT / "build" / "release"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Package the app with its template, and print the website's routing rules."""


@main.command()
@click.option("--stage", default="stack", show_default=True, help="Stage of .chalice/config.json.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=OUT, help="Folder to write to [build/package]."
)
def package(stage: str, out: Path) -> None:
    """Write sam.json, the template of the whole stack, and the archives that it deploys."""
    made = _package(stage, out)
    click.echo(made.template)
    for archive in filter(None, (made.bundle, made.layer)):
        click.echo(f"{archive} ({archive.stat().st_size / 1000:.0f} kB)")
    if not made.has_imagemagick:
        click.echo(packaging.NO_IMAGEMAGICK, err=True)


@main.command("release")
@click.option(
    "--out", type=click.Path(path_type=Path), default=RELEASES, help="Folder to write to [build/release]."
)
def make_release(out: Path) -> None:
    """Write what a deployment needs into a folder for the processor of vendor/imagemagick, with checksums."""
    try:
        made = release.make(out)
    except packaging.PackagingFailed as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo(f"{made}\nTo deploy it: python -m ops deploy --release {made}")


@main.command()
@click.option("--stage", default="stack", show_default=True, help="Stage of .chalice/config.json.")
def check(stage: str) -> None:
    """Package the app, and check the template with cfn-lint and the SAM translator."""
    from infra import template_check as checks  # noqa: PLC0415 - packaging needs no tools that check

    made = _package(stage, OUT).template
    try:
        findings, translated = checks.lint(made), checks.translate(made)
    except ValueError as fault:
        raise click.ClickException(f"SAM cannot translate the template: {fault}") from fault
    if findings:
        raise click.ClickException("cfn-lint found faults in the template:\n" + "\n".join(findings))
    click.echo(f"The template is valid: {len(translated['Resources'])} resources.")


@main.command("svg")
@click.option("--arch", type=click.Choice(svg.MACHINES), help="Processor [that of vendor/imagemagick].")
def fetch_svg(arch: str | None) -> None:
    """Fetch what Lambda needs for SVGs into vendor/, which is packaged with the app."""
    built = template.architecture(template.IMAGEMAGICK)
    try:
        click.echo(svg.fetch(arch or ("aarch64" if built == "arm64" else "x86_64")))
    except svg.FetchFailed as failure:
        raise click.ClickException(str(failure)) from failure


@main.command("routing")
@click.option(
    "--host", required=True, help="Host that misses are redirected to: the distribution or the API."
)
@click.option("--protocol", type=click.Choice(["https", "http"]), default="https", show_default=True)
@click.option("--key-prefix", default="", help="The app's KEY_PREFIX, such as img/.")
@click.option("--stage", default="", help="Stage of the API, if HOST is the API itself.")
@click.option("--format", "form", type=click.Choice(["json", "xml"]), default="json", show_default=True)
def print_routing(host: str, protocol: routing.Protocol, key_prefix: str, stage: str, form: str) -> None:
    """Print the rules of routing_rules.xml for HOST, for the S3 console (json) or for S3's API (xml)."""
    try:
        name = routing.host_name(host)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--host") from fault
    prefix = _key_prefix(key_prefix)
    rules = routing.aim(routing.read(), name, protocol=protocol, key_prefix=prefix, stage=stage)
    click.echo(routing.as_xml(rules) if form == "xml" else json.dumps(routing.as_boto3(rules), indent=2))


@main.command("policy")
@click.option("--stage", default="prod", show_default=True, help="Stage of .chalice/config.json.")
@click.option("--referer", default="", help="Secret that the distribution sends as the header Referer.")
def print_policy(stage: str, referer: str) -> None:
    """Print a policy for the stage's site bucket: everyone may read variants, and nothing else."""
    try:
        configuration = config.read(template.environment(packaging.PROJECT, stage))
        policy = bucket_policy(configuration, referer)
    except (config.ConfigError, SharedBucketError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(json.dumps(policy, indent=2))


@main.command("function")
@click.option("--key-prefix", default="", help="The app's KEY_PREFIX, such as img/.")
@click.option("--allowed-options", default="", help="The app's ALLOWED_OPTIONS: what format=auto may become.")
@click.option("--compat", default="", help="Older systems, such as thumbor or imgix,sir: docs/migrating.md.")
def print_function(key_prefix: str, allowed_options: str, compat: str) -> None:
    """Print the CloudFront Function that redirects other spellings of an address to the canonical one."""
    prefix = _key_prefix(key_prefix)
    parameters = {"KeyPrefix": prefix, "AllowedOptions": allowed_options, "Compat": compat}
    try:
        edge_function.check({**parameters, "OtherSpellings": "redirect"})
    except config.ConfigError as faults:
        raise click.ClickException(str(faults)) from faults
    click.echo(canonical.code(prefix, edge_function.uses(parameters)), nl=False)


@main.command("reference")
@click.option("--json", "prints", is_flag=True, help="Print the reference as JSON, and write nothing.")
def write_reference(*, prints: bool) -> None:
    """Write the reference of the options into docs/urls.md. It is made from their declarations."""
    if prints:
        click.echo(option_reference.as_json())
        return
    option_reference.DOCUMENT.write_text(option_reference.written(option_reference.DOCUMENT.read_text()))


@main.command("pictures")
def write_pictures() -> None:
    """Write docs/options.md with its pictures: every option, shown on the sample photos."""
    from infra import option_pictures  # noqa: PLC0415 - it loads ImageMagick, which other commands do without

    option_pictures.draw()
    option_pictures.DOCUMENT.write_text(option_pictures.page())


@main.command("site")
@click.argument("site", type=click.Path(path_type=Path, exists=True))
def check_site(site: Path) -> None:
    """Check the documentation that `make docs` has built in the folder SITE: its links, and what it loads."""
    if found := list(site_check.faults(site)):
        raise click.ClickException("\n".join(found))
    click.echo(f"Every link leads somewhere, and nothing is loaded from elsewhere: {site}/index.html")


@main.command("parameters")
def write_parameters() -> None:
    """Write the table of the stack's parameters into docs/stack.md. It is made from the template."""
    parameter_table.DOCUMENT.write_text(parameter_table.written(parameter_table.DOCUMENT.read_text()))


@main.command("models")
def write_models() -> None:
    """Write the parts of botocore's data that the app reads into chalicelib/aws/models."""
    for path in aws_models.write():
        click.echo(path)


@main.command("vectors")
def write_vectors() -> None:
    """Write clients/vectors.json: addresses, signatures and refusals for the tests of the clients."""
    vectors.DOCUMENT.write_text(vectors.document())


@main.command("clients")
def write_clients() -> None:
    """Write the table of the options into the clients. It is made from the options' declarations."""
    for path in client_options.write():
        click.echo(path)


@main.command("wings")
def write_wings() -> None:
    """Print what the wings of chalicelib import, and write it into docs/architecture.md and docs/wings.svg.

    Where an arrow does not lead down, or in a circle, nothing is written, and the exit status is 1.
    """
    from infra import wings, wings_picture  # noqa: PLC0415 - likewise

    plan = wings.read()
    click.echo(wings.for_terminal(plan))
    if faults := list(wings.faults(plan)):
        raise click.ClickException("\n".join(faults))
    click.echo(plan.verdict)
    wings.DOCUMENT.write_text(wings.written(wings.DOCUMENT.read_text(), plan))
    wings.PICTURE.write_text(wings_picture.draw(plan))


def _key_prefix(text: str) -> str:
    try:
        return buckets.key_prefix(text)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--key-prefix") from fault


def _package(stage: str, out: Path) -> packaging.Package:
    try:
        return packaging.package(out, stage)
    except packaging.PackagingFailed as failure:
        raise click.ClickException(str(failure)) from failure


if __name__ == "__main__":
    main(prog_name="python -m infra")
