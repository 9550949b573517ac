import pytest

from blemore_cli.cli.options.stress_options import FailureOptions
from blemore_cli.core.errors import UsageError


def test_lists_with_commas_and_repeated_flags_are_one_plan() -> None:
    plan = FailureOptions(kind=["swap,noise", "swap"], share=[".5, 10%", "0"], encoders=["a,b"], seed=3).plan()
    assert (plan.kinds, plan.shares, plan.encoders, plan.seed) == (("swap", "noise"), (0.0, 0.1, 0.5), ("a", "b"), 3)
    whole = FailureOptions().plan()
    assert (whole.kinds, whole.shares) == (("noise", "matched", "swap", "missing", "shift"), (0.0, 0.1, 0.25, 0.5))
    assert (whole.encoders, whole.also_train) == ((), False)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (FailureOptions(share=["2"]), "from 0 to 1, got '2'"),
        (FailureOptions(share=["nan"]), "got 'nan'"),
        (FailureOptions(share=["inf"]), "got 'inf'"),
        (FailureOptions(share=["half"]), "got 'half'"),
        (FailureOptions(share=["0,,1"]), "a list with commas"),
        (FailureOptions(kind=["fire"]), "noise, matched, swap, missing, shift, got 'fire'"),
        (FailureOptions(encoders=[""]), "--encoders is a list"),
    ],
)
def test_what_makes_no_sense_is_refused(options: FailureOptions, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        options.plan()
