"""Final figures as people read them."""

from transferjob_trainer.contract.metrics_words import metrics_words


def test_final_figures_are_words_with_their_interval() -> None:
    figures = {"accuracy": 0.90706, "accuracyLow": 0.8664, "accuracyHigh": 0.93626, "top5Accuracy": 1.0, "loss": 0.3321}
    assert metrics_words(figures) == "accuracy 0.9071 (0.8664 to 0.9363), top5 accuracy 1.0000, loss 0.3321"
    assert metrics_words({"accuracyLow": 0.5}) == "accuracy low 0.5000"
    assert metrics_words({}) == ""
