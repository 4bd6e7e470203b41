"""The reason is a paragraph that a beginner understands and fits the document whatever is in it."""

from __future__ import annotations

from transferjob_trainer.advise.choice import Choice
from transferjob_trainer.advise.rules import rules_of_thumb
from transferjob_trainer.advise.words import Evidence, reason
from transferjob_trainer.contract.advice import AdviceCut


def cut(count: int, name: str, **found: float) -> AdviceCut:
    return AdviceCut.model_validate(
        {"frozen_layers": count, "name": name, "trainable_parameters": 1, "seconds": 1, **found}
    )


CUTS = (cut(0, "none", score=0.91, standard_error=0.02), cut(80, "x" * 128, probe=0.8, score=0.9, random_probe=0.4),
        cut(175, "all", probe=0.7, random_probe=0.3, score=0.5))  # fmt: skip


def evidence(choice: Choice, epochs: int | None, **changes: object) -> Evidence:
    parts: dict[str, object] = {
        "depth": 175,
        "choice": choice,
        "cuts": CUTS,
        "pictures": 400,
        "trial_epochs": epochs,
        "why_no_trials": "",
        "rules": rules_of_thumb(12, "Far", 1.5, "Between"),
        "trained_weights": True,
        **changes,
    }
    return Evidence(**parts)  # type: ignore[arg-type]


def test_trials_are_told_with_their_doubt() -> None:
    told = reason(evidence(Choice(80, 0, "Medium", 0), 10))
    assert "freeze the first 80 of 175 layers" in told
    assert "knew 90.0 % of the held-out pictures" in told
    assert "no more than chance explains" in told
    assert "The trained weights are worth 40 points there" in told
    assert len(told) <= 1200


def test_probes_alone_say_what_they_do_not_see() -> None:
    told = reason(evidence(Choice(175, 80, "Low", 175), None, why_no_trials=" (too few pictures)"))
    assert "freeze the whole backbone (175 layers), so that only the new head learns" in told
    assert "How much fine-tuning would gain was not tried (too few pictures), so take it as a first guess." in told


def test_a_rule_that_says_otherwise_is_named() -> None:
    rules = rules_of_thumb(12, "Far", 1.5, "FineTune")
    assert [(rule.rule, rule.leaning, rule.agrees) for rule in rules] == [
        ("Labels", "Freeze", False),
        ("Distance", "FineTune", True),
    ]
    told = reason(evidence(Choice(0, 80, "High", 0), 10, rules=rules))
    assert "The rule of thumb would freeze here (12 pictures to learn from in the smallest class)" in told
    assert "freeze nothing, so that everything learns" in told


def test_without_a_distance_that_rule_is_silent() -> None:
    assert [rule.rule for rule in rules_of_thumb(1000, "Unknown", None, "Freeze")] == ["Labels"]


def test_random_weights_are_told() -> None:
    told = reason(evidence(Choice(80, 0, "Medium", 80), 3, trained_weights=False))
    assert "The weights are random" in told
