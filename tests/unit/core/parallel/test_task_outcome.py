import copy
import threading
from collections.abc import Callable

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import check_emotion
from blemore_cli.core.parallel.task_outcome import Failed, attempt, attempt_for_parent


class NeedsTwoError(Exception):
    """Cannot be made again from its `args`, as unpickling would."""

    def __init__(self, number: int, word: str) -> None:
        super().__init__(f"{number} {word}")


def raise_needs_two(number: int) -> None:
    raise NeedsTwoError(number, "apples")


def raise_with_lock(_: int) -> None:
    raise ValueError(threading.Lock())


def failed(outcome: object) -> Failed:
    assert isinstance(outcome, Failed)
    return outcome


def test_a_result_is_returned_as_it_is() -> None:
    assert attempt(int, "7") == 7
    assert attempt_for_parent(int, "7") == 7


def test_an_error_of_users_keeps_its_type_and_next_step() -> None:
    outcome = failed(attempt_for_parent(check_emotion, "joy"))
    assert isinstance(outcome.error, DataError)
    assert (outcome.message, outcome.error.fix) == (outcome.error.message, "Correct the emotion name.")
    assert "check_emotion" in outcome.trace


def test_another_error_is_named_with_its_type() -> None:
    assert failed(attempt(int, "x")).message.startswith("ValueError: invalid literal")


@pytest.mark.parametrize(
    ("work", "words"), [(raise_needs_two, "NeedsTwoError: 3 apples"), (raise_with_lock, "ValueError: <unlocked")]
)
def test_an_error_that_cannot_travel_goes_in_words(work: Callable[[int], None], words: str) -> None:
    outcome = failed(attempt_for_parent(work, 3))
    assert type(outcome.error) is RuntimeError
    assert words in str(outcome.error)
    assert "in raise_" in outcome.trace


def test_raising_again_keeps_the_own_traceback_and_notes_a_foreign_one() -> None:
    own = failed(attempt(int, "x"))
    with pytest.raises(ValueError, match="invalid literal") as caught:
        own.raise_again()
    assert not hasattr(caught.value, "__notes__")
    foreign = Failed(copy.copy(own.error).with_traceback(None), own.message, own.trace)
    with pytest.raises(ValueError, match="invalid literal") as caught:
        foreign.raise_again()
    assert "in attempt" in caught.value.__notes__[0]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interruption_is_no_failure(error: type[BaseException]) -> None:
    def work(_: int) -> None:
        raise error

    with pytest.raises(error):
        attempt(work, 0)
