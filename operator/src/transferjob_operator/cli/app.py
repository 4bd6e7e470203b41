"""The commands and the options that stand before them."""

from __future__ import annotations

from collections.abc import Callable

import typer

from . import begun
from .commands.advise import advise
from .commands.backbones import backbones
from .commands.compare import compare
from .commands.completion import completion
from .commands.convert import convert
from .commands.delete import delete
from .commands.describe import describe, events
from .commands.doctor import doctor
from .commands.explain import explain
from .commands.init import init
from .commands.list import list_jobs
from .commands.logs import logs
from .commands.pause import resume, suspend
from .commands.predict import predict
from .commands.report import report
from .commands.retry import retry
from .commands.run import run
from .commands.serve import serve
from .commands.status import status
from .commands.submit import submit
from .commands.version import version
from .commands.wait import wait
from .exit_codes import exit_code_table
from .help_texts import HELP
from .options import Connection, Context, Kubeconfig, Namespace

_KEEP_LINES = "\b\n"
_EXAMPLES = """Examples:
  transferjob init --data ~/pictures/flowers --write flowers.yaml
  transferjob convert lesson.py --write flowers.yaml
  transferjob advise -f flowers.yaml
  transferjob explain -f flowers.yaml
  transferjob run -f flowers.yaml
  transferjob backbones ResNet50
  transferjob submit -f flowers.yaml --watch
  transferjob list -A
  transferjob status flowers --watch
  transferjob describe flowers
  transferjob logs flowers -f --tail 20
  transferjob wait flowers --timeout 2h && echo done
  transferjob retry flowers --watch
  transferjob compare flowers roses
  transferjob report flowers
  transferjob predict flowers photo.jpg
  transferjob serve flowers
  transferjob doctor
  transferjob status flowers -o json
  transferjob delete flowers --wait"""
_EPILOG = f"{_KEEP_LINES}{_EXAMPLES}\n\n{_KEEP_LINES}Exit codes:\n{exit_code_table()}"

_COMMANDS: dict[str, Callable[..., None]] = {
    "submit": submit,
    "list": list_jobs,
    "status": status,
    "describe": describe,
    "events": events,
    "logs": logs,
    "wait": wait,
    "suspend": suspend,
    "resume": resume,
    "retry": retry,
    "delete": delete,
    "compare": compare,
    "report": report,
    "predict": predict,
    "serve": serve,
    "doctor": doctor,
    "init": init,
    "convert": convert,
    "advise": advise,
    "explain": explain,
    "run": run,
    "backbones": backbones,
    "completion": completion,
    "version": version,
}
"""In the order of the help."""

app = typer.Typer(
    name="transferjob",
    rich_markup_mode=None,  # the rich help takes twice as long to start
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(epilog=_EPILOG)
def transferjob(
    ctx: typer.Context, kubeconfig: Kubeconfig = None, context: Context = None, namespace: Namespace = None
) -> None:
    """Transfer learning with Keras on Kubernetes: submit jobs, follow them, find their models."""
    ctx.obj = Connection(kubeconfig, context, namespace)
    begun.command = ctx.invoked_subcommand or ""


for _name, _function in _COMMANDS.items():
    _help = HELP[_name]
    app.command(_name, short_help=_help.short, epilog=_help.epilog)(_function)
