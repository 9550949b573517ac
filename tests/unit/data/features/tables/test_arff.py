import pytest

from blemore_cli.data.features.tables.arff import csv_of_arff, is_arff

HEAD = (
    "% by openSMILE\n@RELATION 'x y'\n\n@attribute name string\n@Attribute 'F0 (Hz)' real\n"
    "@attribute class {a,b}\n@DATA\n"
)


def test_arff_is_recognised() -> None:
    assert is_arff(HEAD)
    assert not is_arff("relation,@relation\n")


def test_attributes_become_the_header_and_classes_are_marked() -> None:
    text = csv_of_arff(HEAD + "% a row\n'A b',1.5,a\n\n'C',?,b\n")
    assert text == 'name,F0 (Hz),nominal: class\n"A b",1.5,a\n"C",?,b\n'


def test_dates_are_marked() -> None:
    text = "@relation x\n@attribute name STRING\n@attribute t DATE 'yyyy'\n@attribute F0 Integer\n@data\n"
    assert csv_of_arff(text) == "name,nominal: t,F0\n"


def test_quotes_within_quotes_and_tabs() -> None:
    assert csv_of_arff(HEAD + "'it\\'s, so',1,a\n").endswith('"it\'s, so",1,a\n')
    assert csv_of_arff(HEAD + '"A"\t1\ta\n').endswith('"A",1,a\n')
    assert csv_of_arff("@relation x\n@attribute 'a\\'b' numeric\n@data\n") == "a'b\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [("@relation x\n@data\n1\n", "@attribute"), (HEAD.replace("@DATA", ""), "@data"), (HEAD + "{1 2}\n", "sparse")],
)
def test_other_arff_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        csv_of_arff(text)
