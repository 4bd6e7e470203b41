"""The page of jobs side by side: one HTML file, light or dark as the reader's system is, one column on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from transferjob_trainer.contract.report import EvaluationReport

from ..durations import format_duration
from ..epochs import Epoch
from ..views.fields import Object, integer, number, part
from ..views.fields import text as plain
from ..views.job import accuracy_of, duration_words, freeze_words, name_of, phase_of, reason_of, seconds_of
from .charts import bar_chart, dot_chart, line_chart
from .confusion import confusion
from .depth import depth_bar
from .markup import Markup, joined, table, tag, text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_CSS = """
:root{color-scheme:light dark;--ink:#1c2430;--quiet:#5c6875;--paper:#fff;--ground:#f3f5f8;--line:#d3dae2}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--quiet:#a3afbc;--paper:#1b212a;--ground:#12161c;--line:#3a4450;
--series-0:#56b4e9;--series-1:#ff9150;--series-2:#2fc79b;--series-3:#e3a3c6;--series-5:#9fd4f2}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:1180px;margin:0 auto;padding:12px}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:14px 18px;margin:0 0 14px}
h1{font-size:1.4rem;margin:8px 4px 12px}h2{font-size:1.1rem;margin:0 0 8px}
h3{font-size:.95rem;margin:0 0 6px;overflow-wrap:anywhere}
.wide{overflow-x:auto}
.side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:18px}
.side>div{min-width:0}
table{border-collapse:collapse;font-size:.9rem}
th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
.confusion td{min-width:30px;text-align:center;border:1px solid var(--paper);padding:3px 5px;
font-variant-numeric:tabular-nums}
.confusion th{border:0;max-width:120px;overflow:hidden;text-overflow:ellipsis;padding:3px 6px;font-weight:500}
.confusion tbody th{text-align:right;position:sticky;left:0;background:var(--paper)}
.quiet{color:var(--quiet);font-size:.9rem;margin:0 0 8px}
.warn{border-left:4px solid #D55E00;padding-left:10px}
.key i{display:inline-block;width:12px;height:12px;margin:0 4px 0 10px}
"""

_MILLION = 1_000_000

Curves = Mapping[str, Sequence[Epoch]]


def page(jobs: Sequence[Object], curves: Curves, found: Mapping[str, EvaluationReport], now: datetime) -> str:
    """The page, best accuracy first."""
    ranked = sorted(jobs, key=lambda job: -(accuracy_of(job) or -1.0))
    parts = [
        _figures(ranked, now),
        _depths(ranked),
        _epochs(ranked, curves),
        _costs(ranked, now),
        _matrices(found, ranked),
    ]
    title = text(", ".join(map(name_of, ranked)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_CSS}</style></head><body><main>"
        f"<h1>{len(ranked)} jobs side by side</h1>{joined(parts)}</main></body></html>\n"
    )


def _figures(jobs: Sequence[Object], now: datetime) -> Markup:
    headings = ("job", "backbone", "frozen", "phase", "accuracy", "95 %", "loss", "learn", "took", "GPU s")
    rows = [_row(job, now) for job in jobs]
    return _section("Figures", _warning(jobs), table(headings, rows, numbers_from=4))


def _row(job: Object, now: datetime) -> tuple[str, ...]:
    model, metrics = part(job, "status", "model"), part(job, "status", "result", "metrics")
    frozen, learn, held = integer(model, "frozenLayers"), integer(model, "trainableParameters"), _gpu_seconds(job)
    low, high, loss = (number(metrics, key) for key in ("accuracyLow", "accuracyHigh", "loss"))
    accuracy = accuracy_of(job)
    failed = f": {reason_of(job).word}" if phase_of(job) == "Failed" else ""
    return (
        name_of(job),
        plain(job, "spec", "backbone", "name"),
        f"{frozen} of {integer(model, 'depth')}" if frozen is not None else freeze_words(job),
        f"{phase_of(job)}{failed}",
        f"{accuracy:.4f}" if accuracy is not None else "-",
        f"{low:.3f} to {high:.3f}" if low is not None and high is not None else "-",
        f"{loss:.4f}" if loss is not None else "-",
        f"{learn / _MILLION:.1f}M" if learn is not None else "-",
        duration_words(job, now) or "-",
        f"{held:,.0f}" if held is not None else "-",
    )


def _warning(jobs: Sequence[Object]) -> Markup:
    digests = {plain(job, "status", "dataset", "digest") for job in jobs} - {""}
    splits = {integer(job, "status", "dataset", "testExamples") or 0 for job in jobs if part(job, "status", "dataset")}
    if len(digests) < 2 and len(splits) < 2:
        return Markup()
    return tag("p", "These jobs have different pictures or splits: their figures do not compare.", class_="warn")


def _depths(jobs: Sequence[Object]) -> Markup:
    """Accuracy over the frozen share, and each backbone along its depth."""
    dots, bars = [], []
    for job in jobs:
        model, metrics = part(job, "status", "model"), part(job, "status", "result", "metrics")
        frozen, depth, accuracy = integer(model, "frozenLayers"), integer(model, "depth"), accuracy_of(job)
        if frozen is None or not depth:
            continue
        if accuracy is not None:
            low, high = (number(metrics, key) for key in ("accuracyLow", "accuracyHigh"))
            dots.append((name_of(job), 100 * frozen / depth, accuracy, low or accuracy, high or accuracy))
        variant = "plain" if plain(model, "variant") == "plain" else "imagenet"
        bar = depth_bar(plain(job, "spec", "backbone", "name"), frozen, variant)  # type: ignore[arg-type]
        bars.append(tag("div", tag("h3", f"{name_of(job)}: {frozen} of {depth} layers frozen"), bar))
    if not bars:
        return Markup()
    chart = dot_chart(dots, "accuracy, with its 95 % interval", "% of the layers frozen")
    key = Markup('<p class="quiet key"><i style="background:#56B4E9"></i>frozen<i style="background:#E69F00"></i>learns'
                 '<i style="background:#009E73"></i>head; a cell is a block</p>')  # fmt: skip
    return _section("How much is frozen", _side(chart, tag("div", *bars, key)))


def _epochs(jobs: Sequence[Object], curves: Curves) -> Markup:
    known = {name_of(job): curves.get(name_of(job), ()) for job in jobs}
    missing = [name for name, epochs in known.items() if not epochs]
    why = f"No log is left for curves of, and none are published: {', '.join(missing)}."
    told = tag("p", why, class_="quiet") if missing else Markup()

    def of(field: str) -> dict[str, list[tuple[float, float]]]:
        return {name: [(each.epoch, getattr(each, field)) for each in epochs] for name, epochs in known.items()}

    charts = (
        line_chart(of("val_accuracy"), "validation accuracy", "epoch"),
        line_chart(of("val_loss"), "validation loss", "epoch"),
    )
    return _section("Training", told, _side(*charts))


def _costs(jobs: Sequence[Object], now: datetime) -> Markup:
    times = [(name_of(job), took, format_duration(took)) for job in jobs if (took := seconds_of(job, now)) is not None]
    held = [(name_of(job), spent, f"{spent:,.0f} s") for job in jobs if (spent := _gpu_seconds(job))]
    return _section("Cost", _side(bar_chart(times, "time from start to end"), bar_chart(held, "GPU-seconds held")))


def _gpu_seconds(job: Object) -> float | None:
    return number(job, "status", "gpuSeconds")


def _matrices(found: Mapping[str, EvaluationReport], jobs: Sequence[Object]) -> Markup:
    shown = [(name_of(job), found[name_of(job)]) for job in jobs if name_of(job) in found]
    cells = [tag("div", tag("h3", name), confusion(report)) for name, report in shown]
    told = "Rows are the right classes, columns the answers; the darker, the larger the share of its row."
    return _section("Confusion", tag("p", told, class_="quiet"), _side(*cells)) if cells else Markup()


def _side(*parts: Markup) -> Markup:
    return tag("div", *(tag("div", each) for each in parts if each), class_="side")


def _section(title: str, *parts: Markup) -> Markup:
    return tag("section", tag("h2", title), *parts)
