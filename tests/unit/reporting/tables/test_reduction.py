from blemore_cli.experiments.runs.metrics import EncoderReduction, ReductionReport
from blemore_cli.reporting.tables.column import shown, texts
from blemore_cli.reporting.tables.reduction import REDUCTION, models_text, reduction_sentence

REPORT = ReductionReport(
    rule="auto",
    encoders={
        "videomae": EncoderReduction(width=9856, models={64: 5}),
        "imagebind": EncoderReduction(width=7168, models={7168: 5}),
        "wavlm": EncoderReduction(width=7168, models={64: 3, 7168: 2}),
        "clip": EncoderReduction(width=5376, models={64: 5}),
    },
)


def test_a_row_says_what_the_models_read() -> None:
    assert texts(shown(REDUCTION, "page"), REPORT.encoders.items()) == [
        ["videomae", "9,856", "64 components in all 5 models"],
        ["imagebind", "7,168", "all columns in all 5 models"],
        ["wavlm", "7,168", "64 components in 3 of 5 models, all columns in 2"],
        ["clip", "5,376", "64 components in all 5 models"],
    ]


def test_the_sentence_puts_encoders_with_the_same_outcome_together() -> None:
    assert reduction_sentence(REPORT) == (
        "auto; videomae, clip: 64 components in all 5 models; imagebind: all columns in all 5 models; "
        "wavlm: 64 components in 3 of 5 models, all columns in 2"
    )


def test_the_record_comes_back_from_its_file() -> None:
    assert ReductionReport.model_validate(REPORT.as_json()) == REPORT


def test_one_model_is_not_counted() -> None:
    assert models_text(EncoderReduction(width=88, models={32: 1})) == "32 components in the one model"
