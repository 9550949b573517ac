"""`blemore ablate` and `blemore baseline`: arms, the contract's JSON, failing arms, what is refused."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.integration.conftest import TINY, Answer, Attempt, Blemore, parsed

pytestmark = pytest.mark.slow

ONE = [*TINY, "--seeds", "1"]
TEST_KEYS = {"a", "b", "metric", "difference", "ci95", "p_value", "p_adjusted", "method"}


def test_json_has_the_keys_of_the_contract_whatever_the_number_of_jobs(trained: Path, blemore: Blemore) -> None:
    words = ["--selection", "random", "--top-n", "1", "--seeds", "2", "--jobs", "2", "--name", "jobs2", "--json"]
    content = parsed(blemore("ablate", *TINY[:-2], *words, cwd=trained))
    assert list(content["arms"]) == ["learned", "random"]
    for arm in content["arms"].values():
        assert {"presence", "salience", "score", "score_std"} <= set(arm)
        assert 0 <= arm["score"] == pytest.approx((arm["presence"] + arm["salience"]) / 2)
    assert (content["run"], content["protocol"], content["failed"]) == ("jobs2", "nested", {})
    assert {(test["a"], test["b"]) for test in content["tests"]} == {("random", "learned")}
    assert {test["metric"] for test in content["tests"]} == {"presence", "salience", "score"}
    for test in content["tests"]:
        assert set(test) >= TEST_KEYS
        assert test["p_value"] is None or 0 < test["p_value"] <= test["p_adjusted"] <= 1
    one, two = (trained / "runs" / name for name in ("arms", "jobs2"))
    assert (one / "ablation.csv").read_bytes() == (two / "ablation.csv").read_bytes()
    for arm_file in ("oof.csv", "gate_oof.csv", "log.jsonl"):
        for name in content["arms"]:
            assert (one / "arms" / name / arm_file).read_bytes() == (two / "arms" / name / arm_file).read_bytes()
    assert content == {**json.loads((two / "metrics.json").read_text())}
    assert (trained / "runs/latest").read_text() == "one\n"  # that is for `train`


def test_arms_of_every_kind(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    words = [
        *("--top-n", "1", "--top-n", "2"),
        *("--heads", "softmax_emotions", "--heads", "softmax36"),
        *("--adapt", "coral"),
    ]
    wide = ["--arm", "wide", "model.d_latent=64", "train.learning_rate=1e-3"]
    same = ["--arm", "same model.top_n=1"]
    content = answer("ablate", *words, *wide, *same, *ONE, "--name", "kinds")
    arms = content["arms"]
    assert list(arms) == [
        *(
            "learned",
            "learned-top2",
            "learned+softmax_emotions",
            "learned+softmax_labels",
            "learned+coral",
            "wide",
            "same",
        )
    ]
    assert arms["wide"]["difference"] == {"model.d_latent": "64", "train.learning_rate": "1e-3"}
    assert arms["learned+softmax_emotions"]["difference"] == {
        "model.heads": "softmax_emotions",
        "decode.method": "thresholds",
    }
    runs = tiny / "runs/kinds/arms"
    gate = pd.read_csv(runs / "learned/gate_oof.csv")[["clip_vit", "wavlm"]]
    assert set((gate > 0).sum(axis=1)) == {1}
    assert (runs / "same/oof.csv").read_bytes() == (runs / "learned/oof.csv").read_bytes()
    degenerate = [test for test in content["tests"] if test["a"] == "same"]
    assert {test["p_value"] for test in degenerate} == {None}
    assert any("not tested" in sentence for sentence in content["sentences"] if sentence.startswith("same"))
    for name in ("ablation.csv", "ablation.tex", "ablation.pdf", "ablation.svg", "ablation.png", "done"):
        assert (tiny / "runs/kinds" / name).stat().st_size > 0 or name == "done"


def test_a_failing_arm_is_told_after_the_results(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    huge = ["--arm", "huge", "model.d_latent=1000000000000"]
    words = ["ablate", "--arm", "broken", "train.learning_rate=1e30", *huge, "--selection", "random", *ONE]
    code, stdout, stderr = attempt(*words, "--name", "failing", "--json")
    content = json.loads(stdout)
    assert code == 3
    assert list(content["arms"]) == ["learned", "random"]
    assert list(content["failed"]) == ["broken", "huge"]
    assert "finite" in content["failed"]["broken"]
    assert "2 of 4 did not: broken, huge" in stderr
    assert (tiny / "runs/failing/done").exists()
    code, stdout, stderr = attempt(*words, "--name", "failing", "--resume", "--tensorboard")
    assert code == 3
    assert sorted(path.name for path in (tiny / "runs/failing/tensorboard").iterdir()) == ["learned", "random"]
    assert "failed arms" in stdout
    assert "broken: a training's loss must stay finite" in stdout


def test_a_failing_reference_is_an_error(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    words = ["ablate", "--selection", "random", *ONE, "--set", "train.learning_rate=1e30", "--name", "hopeless"]
    code, stdout, stderr = attempt(*words, "--json")
    assert code == 3
    assert set(json.loads(stdout)) == {"error", "fix", "exit_code"}
    assert "finite" in stderr
    assert not (tiny / "runs/hopeless/done").exists()


def test_arms_are_added_to_a_run_and_keep_their_configuration(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    first = answer("ablate", "--arm", "wide", "model.d_latent=40", *ONE, "--name", "grown")
    words = ["ablate", *TINY, "--name", "grown", "--resume"]
    grown = answer(*words, "--selection", "random", "--seeds", "2")
    assert (list(first["arms"]), list(grown["arms"])) == (["learned", "wide"], ["learned", "random"])
    assert (first["seeds"], grown["seeds"]) == ([0], [0, 1])
    code, _, stderr = attempt(*words, "--arm", "wide", "model.d_latent=48", "--seeds", "1")
    assert (code, "model.d_latent" in stderr) == (4, True)
    code, _, stderr = attempt(*words, "--set", "train.weight_decay=0.5", "--seeds", "1")
    assert (code, "train.weight_decay" in stderr) == (4, True)


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["--arm", "a", "model.top_n=1", "--arm", "a", "model.top_n=2"], 2, "two called a"),
        (["--arm", "random", "model.top_n=1", "--selection", "random"], 2, "random is there already"),
        (["--arm", "a/b", "model.top_n=1"], 2, "'a/b'"),
        (["--arm", "learned", "model.top_n=1"], 2, "is not 'learned'"),
        (["--arm", "a"], 2, "--arm must be NAME key=value"),
        (["--arm", "a", "model.top_n=0"], 2, "arm a: model.top_n must be"),
        (["--arm", "a", "data.index=b.h5"], 2, "data.index in --arm a"),
        (["--arm", "a", "model.topn=1"], 3, "did you mean top_n?"),
        (["--arm", "a", "model.encoders=nope"], 4, "got nope"),
        (["--arm", "a", "train.device=cuda:99"], 3, "cuda:99"),
        (["--selection", "best"], 2, "'best' is not one of 'learned'"),
        (["--heads", "softmax7"], 2, "'softmax7' is not one of"),
        (["--adapt", "pseudo"], 2, "'pseudo' is not one of"),
        (["--seeds", "0"], 2, "--seeds"),
        (["--top-n", "0"], 2, "--top-n"),
        (["--name", "../up"], 2, "a run's name"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tiny: Path, attempt: Attempt, answer: Answer, words: list[str], code: int, problem: str
) -> None:
    before = sorted(tiny.rglob("*"))
    found, _, stderr = attempt("ablate", *words, *TINY)
    assert found == code
    assert problem in " ".join(stderr.replace("│", " ").split())
    assert sorted(tiny.rglob("*")) == before


def test_without_an_index_the_next_step_is_told(tiny: Path, attempt: Attempt, answer: Answer, tmp_path: Path) -> None:
    shutil.copy(tiny / "blemore.yaml", tmp_path)
    for words in (["ablate"], ["baseline"], ["cv"]):
        code, _, stderr = attempt(*words, cwd=tmp_path)
        assert (code, "Run `blemore index`" in stderr) == (4, True)
    assert not (tmp_path / "runs").exists()


def test_baselines_stand_beside_the_model(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    models = ["--model", "linear", "--model", "frequent_single", "--model", "logistic"]
    words = ["baseline", *models, "--fusion", "concat", *TINY, "--seeds", "2", "--name", "concat"]
    content = answer(*words)
    assert list(content["arms"]) == ["learned", "linear-concat", "frequent_single", "logistic-concat"]
    assert content["reference"] == "learned"
    arms = tiny / "runs/concat/arms"
    models_of = {arm.name: len(list((arm / "checkpoints").iterdir())) for arm in arms.iterdir()}
    assert models_of == {"learned": 10, "linear-concat": 10, "frequent_single": 5, "logistic-concat": 5}
    for name in ("frequent_single", "logistic-concat"):
        assert (content["arms"][name]["n_seeds"], content["arms"][name]["score_std"]) == (2, 0)
    constant = pd.read_csv(arms / "frequent_single/oof.csv")
    assert (constant.groupby("fold")["emotion_1"].nunique() == 1).all()
    log = pd.read_json(arms / "linear-concat/log.jsonl", lines=True)
    assert log["epoch"].max() == 200  # the organisers' recipe, whatever the project file says


def test_baselines_of_each_encoder(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    words = ["baseline", "--model", "frequent_blend", "--model", "logistic", *ONE, "--name", "each"]
    content = answer(*words)
    assert list(content["arms"]) == ["learned", "frequent_blend", "logistic-clip_vit", "logistic-wavlm"]
    gate = pd.read_csv(tiny / "runs/each/arms/logistic-wavlm/gate_oof.csv")
    assert list(gate.columns) == ["filename", "fold", "seed", "wavlm"]


def test_the_official_protocol_is_labelled(tiny: Path, attempt: Attempt, answer: Answer) -> None:
    words = ["ablate", "--selection", "mean", *ONE, "--protocol", "official", "--name", "official"]
    _, stdout, _ = attempt(*words)
    assert "official protocol (epoch and thresholds from the scored fold: optimistic)" in " ".join(stdout.split())
    assert answer(*words, "--resume")["protocol"] == "official"


def test_an_ablation_is_nothing_to_submit(tiny: Path, attempt: Attempt, answer: Answer, tmp_path: Path) -> None:
    answer("ablate", "--selection", "full", *ONE, "--name", "whole")
    code, _, stderr = attempt("submit", "--run", "whole", "--out", str(tmp_path / "p.csv"))
    assert (code, "whole" in stderr) == (2, True)
    code, _, stderr = attempt("train", *TINY, "--name", "whole", "--resume")
    assert (code, "is one of `blemore ablate`" in stderr) == (4, True)
