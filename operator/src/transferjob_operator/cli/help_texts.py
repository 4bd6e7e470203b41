"""What the help says of each command in its list, and the examples at its end."""

from __future__ import annotations

from dataclasses import dataclass

INTERRUPTED = "Interrupted."


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """Of one command."""

    short: str
    """For the list: fits 80 columns whole."""
    examples: tuple[str, ...]
    interrupted: str = INTERRUPTED
    """What is true after Ctrl-C."""

    @property
    def epilog(self) -> str:
        """The examples, kept line by line."""
        return "\n".join(["\b", "Examples:", *(f"  transferjob {example}" for example in self.examples)])


_GOES_ON = "Stopped looking; jobs go on."

HELP: dict[str, CommandHelp] = {
    "submit": CommandHelp(
        "Check manifests, then create or change their jobs.",
        ("submit -f flowers.yaml --watch", "submit -f jobs.yaml --dry-run", "submit -f - -n team-a < job.yaml"),
        "Interrupted. What was submitted goes on; see it with: transferjob list",
    ),
    "list": CommandHelp(
        "List jobs with phase, epoch, accuracy and time left.",
        ("list -A", "list -l team=vision --watch", "list -o name"),
        _GOES_ON,
    ),
    "status": CommandHelp(
        "Show one job, or many by what needs attention.",
        ("status", "status flowers --watch", "status flowers roses --watch", "status flowers -o json"),
        _GOES_ON,
    ),
    "describe": CommandHelp(
        "Show all that is known of a job, with its timeline.",
        ("describe flowers", "describe flowers -o json"),
    ),
    "events": CommandHelp(
        "List the Events of a job, its child Job and its pods.",
        ("events flowers", "events flowers -o yaml"),
    ),
    "logs": CommandHelp("Print the trainer's log.", ("logs flowers -f", "logs flowers --tail 20"), _GOES_ON),
    "wait": CommandHelp(
        "Wait until a job is complete, running or failed.",
        ("wait flowers --timeout 2h && echo done", "wait flowers --for running"),
        _GOES_ON,
    ),
    "suspend": CommandHelp(
        "Stop jobs after a checkpoint; their GPUs are free.",
        ("suspend flowers", "suspend flowers roses -n team-a"),
    ),
    "resume": CommandHelp("Let suspended jobs go on.", ("resume flowers",)),
    "retry": CommandHelp(
        "Try a failed job again, as a new job.",
        ("retry flowers --watch", "retry flowers --replace", "retry flowers --name flowers-b"),
        "Interrupted. A job that was made goes on; see it with: transferjob list",
    ),
    "delete": CommandHelp(
        "Delete jobs; published models stay.",
        ("delete flowers --wait", "delete a b c"),
        "Interrupted. What was said to be deleted goes on being deleted.",
    ),
    "compare": CommandHelp(
        "Set jobs side by side: figures, depths, curves.",
        (
            "compare flowers-50 flowers-100 flowers-all",
            "compare $(transferjob list -l sweep=freeze -o name | cut -d/ -f2)",
            "compare a b -o json",
        ),
    ),
    "report": CommandHelp(
        "Fetch and open a finished job's report.",
        ("report flowers", "report flowers --write flowers.html", "report models/flowers/4f0e.../ --no-open"),
    ),
    "predict": CommandHelp(
        "Classify pictures with a published model.",
        (
            "predict flowers photo.jpg",
            "predict s3://bucket/models/flowers/4f0e.../ photos/ --top 5",
            "predict models/flowers/4f0e.../ a.png b.png -o json",
        ),
    ),
    "serve": CommandHelp(
        "Serve a published model: a page, and answers as JSON.",
        ("serve flowers", "serve s3://bucket/models/flowers/4f0e.../ --port 9000", "serve models/flowers/4f0e.../"),
        "The server has ended.",
    ),
    "doctor": CommandHelp(
        "Look at the cluster: what is wrong, and its cure.",
        ("doctor", "doctor -n team-a --context lab", "doctor -o json"),
    ),
    "init": CommandHelp(
        "Write a first manifest after a look at the pictures.",
        (
            "init --data ~/pictures/flowers --write flowers.yaml",
            "init --data s3://bucket/flowers/ --backbone ResNet50 --freeze 100",
            "init",
        ),
    ),
    "convert": CommandHelp(
        "Turn a Keras snippet into a manifest.",
        (
            "convert train.py > job.yaml",
            "convert lesson.ipynb --dataset s3://bucket/flowers/",
            "convert train.py --write job.yaml --strict",
        ),
    ),
    "advise": CommandHelp(
        "Find out how many layers to freeze, from your pictures.",
        (
            "advise --backbone ResNet50 --dataset ~/pictures/flowers --size 96",
            "advise --backbone MobileNetV2 --dataset s3://bucket/flowers/ --quick",
            "advise -f flowers.yaml --job flowers -o json",
        ),
    ),
    "explain": CommandHelp(
        "Say what a manifest would do; nothing is run.",
        (
            "explain -f flowers.yaml",
            "explain -f flowers.yaml --images 5000 --classes 5",
            "explain -f flowers.yaml -o json",
        ),
    ),
    "run": CommandHelp(
        "Run a manifest on this machine, with no cluster.",
        ("run -f flowers.yaml", "run -f flowers.yaml --claims /data --gpus 0", "run -f flowers.yaml -o json"),
        "Interrupted. The same command goes on from the last checkpoint.",
    ),
    "backbones": CommandHelp(
        "List the 40 backbones, or the layers of one.",
        ("backbones", "backbones ResNet50 --freeze 100", "backbones EfficientNetB0 --variant plain -o json"),
    ),
    "completion": CommandHelp(
        "Print the completion script of a shell.",
        (
            "completion bash > ~/.local/share/bash-completion/completions/transferjob",
            "completion zsh > ~/.zfunc/_transferjob",
            "completion fish > ~/.config/fish/completions/transferjob.fish",
        ),
    ),
    "version": CommandHelp("Print the versions of program and cluster.", ("version", "version --client")),
}
