"""``python -m ops``: the operator's commands."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "local": "ops.commands.local",
    "deploy": "ops.commands.deploy",
    "destroy": "ops.commands.destroy",
    "routes": "ops.commands.routes",
    "doctor": "ops.doctor.command",
}
"""Where each command is, under its own name."""


class Lazy(click.Group):
    """Commands that are imported when they are asked for: none waits for what another one needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the names of the commands, in the order that one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Return the command of that name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run, deploy and look after resize404."""


if __name__ == "__main__":
    main(prog_name="python -m ops")
