"""What the terminal shows of an ablation, at 80 columns."""

import io

from rich.console import Console, RenderableType

from blemore_cli.cli.views.ablation_views import (
    ablation_views,
    arms_view,
    comparisons_view,
)
from blemore_cli.experiments.runs.ablation_file import Ablation

WIDTH = 80


def shown(*views: RenderableType, width: int = WIDTH) -> list[str]:
    file = io.StringIO()
    console = Console(width=width, highlight=False, file=file)
    for view in views:
        console.print(view)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def row_of(name: str, lines: list[str]) -> list[str]:
    return next(line.split() for line in lines if line.startswith(name))


def test_arms_with_their_figures(ablation: Ablation) -> None:
    lines = shown(arms_view(ablation))
    assert "2456 clips, 47 actors, 5 folds, 3 seeds" in lines[0]
    assert "nested protocol" in lines[1]
    figures = ["0.320", "0.120", "0.220", "±", "0.004", "0.200-0.250"]
    assert row_of("same", lines) == ["same", "d_gate=16", *figures]
    assert row_of("learned", lines)[1] == "0.320"


def test_the_official_protocol_is_called_optimistic(lonely: Ablation) -> None:
    assert "official protocol (epoch and thresholds from the scored fold: optimistic)" in " ".join(
        shown(arms_view(lonely))
    )


def test_comparisons_show_interval_p_and_correction(ablation: Ablation) -> None:
    lines = shown(comparisons_view(ablation))
    p_values = ["<0.001", "<0.001", "0.010", "0.030"]
    assert row_of("random", lines)[:5] == ["random", "-0.040", "-0.050", "to", "-0.025"]
    assert row_of("random", lines)[-4:] == p_values
    assert row_of("same", lines)[-4:] == ["n/a"] * 4
    assert not any(line.startswith("learned") for line in lines)


def test_a_comparison_by_one_method_alone(ablation: Ablation) -> None:
    lines = shown(comparisons_view(ablation.model_copy(update={"tests": ablation.tests[:1]})))
    assert row_of("random", lines)[-4:] == ["<0.001", "<0.001", "n/a", "n/a"]


def test_sentences_and_failures_are_whole(ablation: Ablation) -> None:
    *_, sentences, failures = ablation_views(ablation)
    assert shown(sentences)[-1] == "  No difference that 47 actors can show."
    assert shown(failures)[-1] == "  dann: the loss became NaN"


def test_the_conclusion_stands_above_the_table(ablation: Ablation) -> None:
    lines = shown(*ablation_views(ablation))
    assert lines[0] == "In Score, learned is not shown to be better than same; better than random."
    assert shown(*ablation_views(ablation.model_copy(update={"conclusion": ""})))[0].startswith("ablate-1: ")


def test_names_are_folded_before_intervals_and_stay_where_there_is_no_room(ablation: Ablation) -> None:
    assert "-0.014 to 0.011" in "".join(shown(comparisons_view(ablation)))
    narrow = shown(comparisons_view(ablation), width=64)
    assert "-0.014 to 0.011" not in "".join(narrow)
    assert any(line.startswith("rand") for line in narrow)


def test_nothing_is_wider_than_the_terminal_and_nothing_is_lost(ablation: Ablation) -> None:
    long = ablation.arms[1].model_copy(
        update={"name": "weight_decay=0.5_and_d_latent=128", "difference": {"train.weight_decay": "0.5"}}
    )
    lines = shown(*ablation_views(ablation.model_copy(update={"arms": (*ablation.arms, long)})))
    assert max(map(len, lines)) <= WIDTH
    assert "128" in "".join(lines)
    assert "0.180 ± 0.004  0.160-0.210" in "\n".join(lines)


def test_names_are_shown_as_they_are(ablation: Ablation) -> None:
    odd = ablation.model_copy(
        update={
            "reference": "[red]",
            "arms": (ablation.arms[0].model_copy(update={"name": "[bold]x"}),),
            "failed": {"[b]": "[i]"},
        }
    )
    text = "\n".join(shown(*ablation_views(odd), comparisons_view(odd)))
    for name in ("[bold]x", "[b]: [i]", "that of [red]"):
        assert name in text


def test_parts_without_content_are_left_out(ablation: Ablation, lonely: Ablation) -> None:
    assert len(ablation_views(ablation)) == 5
    assert len(ablation_views(lonely)) == 1


def test_transductive_arms_are_named_above_the_table(ablation: Ablation) -> None:
    assert "transductive" not in "".join(shown(arms_view(ablation)))
    some = ablation.model_copy(
        update={"arms": (ablation.arms[0], ablation.arms[1].model_copy(update={"standardize": "person"}))}
    )
    assert "transductive: features standardised within each person (random)" in shown(arms_view(some))
    adapted = ablation.model_copy(
        update={"arms": tuple(arm.model_copy(update={"standardize": "split"}) for arm in ablation.arms)}
    )
    assert "features standardised within each split: adapted to its unlabelled clips" in shown(arms_view(adapted))
    every = some.model_copy(update={"arms": some.arms[1:]})
    assert "transductive: features standardised within each person" in shown(arms_view(every))
