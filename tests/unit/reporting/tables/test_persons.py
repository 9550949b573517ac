from tests.fixtures.persons import cost_of_persons

from blemore_cli.reporting.tables.column import shown, texts
from blemore_cli.reporting.tables.notation import interval_text
from blemore_cli.reporting.tables.persons import RESULTS, persons_sentence, persons_title


def test_the_true_actors_have_no_change() -> None:
    rows = texts(shown(RESULTS, "page"), cost_of_persons().results)
    assert rows[0] == ["the true actors", "", "0.280", interval_text((0.26, 0.3)), "", ""]
    assert rows[2][:3] == ["actors, some merged in pairs", "5 %", "0.276"]
    assert rows[2][4] == "-0.004"


def test_title_and_sentence_say_what_was_found_and_what_it_costs() -> None:
    assert "2400 of 43 actors" in persons_title(cost_of_persons())
    sentence = persons_sentence(cost_of_persons())
    assert "adjusted Rand index of 0.93 (5 % of them merged with another, 10 % split)" in sentence
    assert "Score is 0.260, -0.020" in sentence
