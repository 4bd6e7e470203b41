"""The commands and the options that stand before them."""

from __future__ import annotations

import typer

from .commands import compare as comparing
from .commands import convert as converting
from .commands import describe as describing
from .commands import doctor as examining
from .commands import explain as explaining
from .commands import init as starting
from .commands import pause as pausing
from .commands import predict as predicting
from .commands import run as running
from .commands.backbones import backbones
from .commands.delete import delete
from .commands.list import list_jobs
from .commands.logs import logs
from .commands.status import status
from .commands.submit import submit
from .commands.version import version
from .commands.wait import wait
from .exit_codes import exit_code_table
from .options import Connection, Context, Kubeconfig, Namespace

_KEEP_LINES = "\b\n"
_EXAMPLES = """Examples:
  transferjob init --data ~/pictures/flowers --write flowers.yaml
  transferjob convert lesson.py --write flowers.yaml
  transferjob explain -f flowers.yaml
  transferjob run -f flowers.yaml
  transferjob backbones ResNet50
  transferjob submit -f flowers.yaml --watch
  transferjob list -A
  transferjob status flowers --watch
  transferjob describe flowers
  transferjob logs flowers -f --tail 20
  transferjob wait flowers --timeout 2h && echo done
  transferjob compare flowers roses
  transferjob predict flowers photo.jpg
  transferjob doctor
  transferjob status flowers -o json
  transferjob delete flowers --wait"""
_EPILOG = f"{_KEEP_LINES}{_EXAMPLES}\n\n{_KEEP_LINES}Exit codes:\n{exit_code_table()}"

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


app.command("submit")(submit)
app.command("list")(list_jobs)
app.command("status")(status)
app.command("describe", epilog=describing.DESCRIBE_EPILOG)(describing.describe)
app.command("events", epilog=describing.EVENTS_EPILOG)(describing.events)
app.command("logs")(logs)
app.command("wait")(wait)
app.command("suspend", epilog=pausing.SUSPEND_EPILOG)(pausing.suspend)
app.command("resume", epilog=pausing.RESUME_EPILOG)(pausing.resume)
app.command("delete")(delete)
app.command("compare", epilog=comparing.EPILOG)(comparing.compare)
app.command("doctor", epilog=examining.EPILOG)(examining.doctor)
app.command("backbones")(backbones)
app.command("convert", epilog=converting.EPILOG)(converting.convert)
app.command("explain", epilog=explaining.EPILOG)(explaining.explain)
app.command("init", epilog=starting.EPILOG)(starting.init)
app.command("run", epilog=running.EPILOG)(running.run)
app.command("predict", epilog=predicting.EPILOG)(predicting.predict)
app.command("version")(version)
