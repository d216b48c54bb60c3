"""``python -m ops``: the operator's commands."""

from __future__ import annotations

from importlib import import_module

import click

from chalicelib.version import VERSION

COMMANDS = {
    "local": "ops.commands.local",
    "deploy": "ops.commands.deploy",
    "destroy": "ops.commands.destroy",
    "adopt": "ops.commands.adopt",
    "deployer-policy": "ops.commands.deployer_policy",
    "routes": "ops.commands.routes",
    "index": "ops.commands.index",
    "prewarm": "ops.commands.prewarm",
    "mirror": "ops.commands.mirror",
    "purge": "ops.commands.purge",
    "sign": "ops.commands.sign",
    "logs": "ops.commands.logs",
    "stats": "ops.commands.stats",
    "cost": "ops.commands.cost",
    "doctor": "ops.doctor.command",
}
"""The module of each command. The command has the name of its key, with underscores."""


class Lazy(click.Group):
    """A group that imports a command only when it is used, so that no command waits for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the names of the commands in the order of `COMMANDS`, not alphabetically."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Return the command called `cmd_name`, or None if it does not exist."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_"))
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="resize404")
def main() -> None:
    """Run, deploy and look after resize404."""


if __name__ == "__main__":
    main(prog_name="python -m ops")
