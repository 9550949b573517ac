"""From runs to a file: every section with a figure or the reason why there is none."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.fixtures.persons import cost_of_persons

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.core.overwriting import ProjectInputs
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.loaded_run import LoadedRun
from blemore_cli.experiments.runs.metrics import EncoderReduction, ReductionReport
from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.experiments.runs.stress_file import Stress
from blemore_cli.reporting.page.build_report import PER_MODEL, build_page, check_out, write_report
from blemore_cli.reporting.page.page import Page, render
from blemore_cli.reporting.tables import published


def sections(page: Page) -> dict[str, tuple[int, list[str]]]:
    return {section.key: (len(section.figures), section.notes) for section in page.sections}


def test_every_question_is_answered_for_every_run(
    loaded_run: LoadedRun, loaded_arms: LoadedRun, written_index: Index
) -> None:
    page = build_page([loaded_run, loaded_arms], written_index, shifts={"face": Shift(0.9, 0.4, 0.6)})
    found = sections(page)
    assert list(found) == ["scores", "arms", *PER_MODEL, "shift"]
    once = ("scores", "arms", "deletion", "cost", "shift")
    assert {key: n for key, (n, _) in found.items() if n != 2} == dict.fromkeys(once, 1)
    assert [note for note in found["deletion"][1] if note.startswith("arms · learned")]  # it was not explained
    assert page.clips.shown == ("one", "arms · learned", "arms · random")
    figures = {section.key: section.figures for section in page.sections}
    assert {(figure.of, figure.heading) for key in PER_MODEL for figure in figures[key]} == {
        ("one", "one"),
        ("arms", "arms · learned"),
    }
    assert {key: [figure.of for figure in figures[key]] for key in ("scores", "arms", "shift")} == {
        "scores": [""],
        "arms": ["arms"],
        "shift": [""],
    }
    assert page.n_figures == sum(n for n, _ in found.values())
    assert [cells[0] for _, cells in page.scores.rows] == ["one", "arms · learned", "arms · random"]


def test_a_shift_that_is_unknown_is_said(loaded_run: LoadedRun, written_index: Index) -> None:
    found = sections(build_page([loaded_run], written_index, shifts={}))
    assert found["shift"] == (0, ["The shift was not measured."])
    unknown = sections(build_page([loaded_run], written_index, shifts={"face": Shift(None, None, None)}))
    assert unknown["shift"] == (0, ["The shift is unknown: too few clips."])
    assert "arms" not in found


def test_a_stress_test_has_a_section_with_its_numbers(
    loaded_run: LoadedRun, written_index: Index, stressed: Stress
) -> None:
    page = build_page([replace(loaded_run, stress=stressed)], written_index, shifts={})
    assert list(sections(page)) == ["scores", *PER_MODEL, "stress", "shift"]
    assert sections(page)["stress"] == (1, ["learned notices noise.", "mean does not."])
    assert "In numbers" in render(page)


def test_measured_predictors_have_a_section_with_their_numbers(
    loaded_run: LoadedRun, written_index: Index, predictors: Predictors
) -> None:
    explanation = loaded_run.main.explanation
    assert explanation is not None
    explained = replace(loaded_run.main, explanation=explanation.model_copy(update={"predictors": predictors}))
    page = build_page([replace(loaded_run, models=(explained,))], written_index, shifts={})
    assert list(sections(page)) == ["scores", *PER_MODEL, "predictors", "shift"]
    html = render(page)
    assert "The Score falls with 1 of 3 groups shuffled." in html
    assert html.count(">face std<") == 2  # in the figure and in the table


def test_a_run_within_persons_says_what_errors_in_them_cost(loaded_run: LoadedRun, written_index: Index) -> None:
    config = with_changes(loaded_run.main.config, {"train.standardize": "person"})
    unknown = replace(loaded_run.main, config=config)
    page = build_page([replace(loaded_run, models=(unknown,))], written_index, shifts={})
    assert "not measured" in sections(page)["persons"][1][1]
    known = replace(unknown, persons=cost_of_persons())
    page = build_page([replace(loaded_run, models=(known,))], written_index, shifts={})
    assert "0.93" in sections(page)["persons"][1][1]
    assert "actors, some merged in pairs" in render(page)


def test_what_models_read_of_wide_encoders_has_a_section(loaded_run: LoadedRun, written_index: Index) -> None:
    report = ReductionReport(rule="auto", encoders={"voice": EncoderReduction(width=7168, models={64: 4, 7168: 1})})
    model = replace(loaded_run.main, metrics=loaded_run.main.metrics.model_copy(update={"reduction": report}))
    page = build_page([replace(loaded_run, models=(model,))], written_index, shifts={})
    assert list(sections(page)) == ["scores", *PER_MODEL, "reduction", "shift"]
    assert page.runs[0].facts["reduction"] == "auto; voice: 64 components in 4 of 5 models, all columns in 1"
    assert render(page).count("64 components in 4 of 5 models, all columns in 1") == 3  # fact, sentence and table


def test_the_file_is_the_same_every_time(written_project: Path, tmp_path: Path) -> None:
    runs, told = [RunFolder(written_project / "runs/one")], []
    for name in ("a.html", "b.html"):
        found = write_report(
            runs, written_project / "index.h5", tmp_path / name, shift=False, progress=lambda *each: told.append(each)
        )
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert (found.out, found.runs, found.n_models) == (tmp_path / "b.html", ("one",), 1)
    assert found.n_bytes == (tmp_path / "b.html").stat().st_size < 2_000_000
    assert told == [("runs", 1, 1)] * 2


def test_a_damaged_run_leaves_no_page(written_run: RunFolder, written_project: Path, tmp_path: Path) -> None:
    (written_run.path / "oof.csv").write_text("filename\n")
    with pytest.raises(ArtefactError, match=r"oof\.csv"):
        write_report(
            [written_run], written_project / "index.h5", tmp_path / "a.html", shift=False, progress=lambda *_: None
        )
    assert not (tmp_path / "a.html").exists()


def test_a_name_that_no_browser_opens_is_refused(tmp_path: Path) -> None:
    inputs = ProjectInputs(tmp_path, {})
    check_out(tmp_path / "a/Report.HTML", inputs)
    with pytest.raises(UsageError, match=r"report\.txt"):
        check_out(tmp_path / "report.txt", inputs)


def test_a_report_takes_the_place_of_a_report_alone(
    written_run: RunFolder, written_project: Path, tmp_path: Path
) -> None:
    out, inputs = tmp_path / "a.html", ProjectInputs(tmp_path, {})
    write_report([written_run], written_project / "index.h5", out, shift=False, progress=lambda *_: None)
    check_out(out, inputs)
    for content, instead in ((b"<!DOCTYPE html><html></html>", "another program"), (b"PK", "another file")):
        out.write_bytes(content)
        with pytest.raises(UsageError, match=instead):
            check_out(out, inputs)


def test_published_figures_stand_beside_the_official_clips_alone(
    loaded_run: LoadedRun, written_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def texts() -> list[bool]:
        html = render(build_page([loaded_run], written_index, shifts={}))
        return [words in html for words in (published.CAVEAT, "ImageBind + WavLM", "best published validation Score")]

    assert texts() == [False] * 3
    train = written_index.clips.take(~written_index.clips.is_test)
    monkeypatch.setattr(published, "OFFICIAL_FOLDS", published.folds_sha256(train.filename, train.fold))
    assert texts() == [True] * 3
