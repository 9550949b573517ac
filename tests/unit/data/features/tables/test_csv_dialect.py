import codecs

import pytest

from blemore_cli.data.features.tables.csv_dialect import decoded, plain_csv, separator_of


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"filename,F0\nA,1.5\n", b"filename,F0\nA,1.5\n"),
        (b"filename;F0\nA;1.5\n", b"filename,F0\nA,1.5\n"),
        (b"filename\tF0\r\nA\t1.5\r\n", b"filename,F0\nA,1.5\n"),
        (b"filename|F0\rA|1.5\r", b"filename,F0\nA,1.5\n"),
        (b"filename  F0\nA 1.5\n", b"filename,F0\nA,1.5\n"),
        (b"sep=;\nfilename;F0\nA;1\n", b"filename,F0\nA,1\n"),
        (b"\tF0\nA\t1\n", b",F0\nA,1\n"),
        (b"\n \nfilename,F0\nA,1\n", b"filename,F0\nA,1\n"),
    ],
)
def test_separators_become_commas(content: bytes, plain: bytes) -> None:
    assert plain_csv(content) == plain


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"filename;F0;F1\nA;1,5;-2,5e-3\n", b"filename,F0,F1\nA,1.5,-2.5e-3\n"),
        (b"filename;F0\nA;1\nB;2\nC;0,5\n", b"filename,F0\nA,1\nB,2\nC,0.5\n"),
        (b"1,5;2,5\n0,5;3,25\n", b"1.5,2.5\n0.5,3.25\n"),
        (b'filename,F0\nA,"1,5"\nB,"0,5"\n', b"filename,F0\nA,1.5\nB,0.5\n"),
        (b'filename;"F0, Hz"\nA;1,5\n', b'filename,"F0, Hz"\nA,1.5\n'),
        (b'filename,F0\nA,"1,500"\nB,0.5\n', b'filename,F0\nA,"1,500"\nB,0.5\n'),  # it separates thousands
        (b'filename,F0\nA,"1,500"\nB,2\n', b'filename,F0\nA,"1,500"\nB,2\n'),
        (b"filename;v\nA;[0.1, 0.2]\n", b'filename,v\nA,"[0.1, 0.2]"\n'),
    ],
)
def test_a_decimal_comma_becomes_a_point(content: bytes, plain: bytes) -> None:
    assert plain_csv(content) == plain


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"# by a tool\nfilename,F0\n# half\nA,1\n", b"filename,F0\nA,1\n"),
        (b"# by a tool\n# filename,F0\nA,1\n", b"filename,F0\nA,1\n"),  # numpy.savetxt
        (b"eGeMAPS of all clips\n\nfilename;F0\nA;1,5\n", b"filename,F0\nA,1.5\n"),  # a title
        (b"F0\n1\n2\n", b"F0\n1\n2\n"),
        (b"#,filename,F0\n0,A,1\n", b",filename,F0\n0,A,1\n"),
        (b"filename,F0\nA,1\nfilename,F0\nB,2\n", b"filename,F0\nA,1\nB,2\n"),  # tables that were joined
        (b",F0\nA,1\n,F0\nB,2\n", b",F0\nA,1\nB,2\n"),
        (b"0,0\n0,0\n1,2\n", b"0,0\n0,0\n1,2\n"),  # frames are no repetitions of a header
    ],
)
def test_comments_and_repeated_headers_are_dropped(content: bytes, plain: bytes) -> None:
    assert plain_csv(content) == plain


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (b"a,b\n1,2,\n3,4,\n", b"a,b,"),
        (b"F0,F1\nA,1,2\nB,3,4\n", b",F0,F1"),  # write.table of R
        (b"filename,F0\n1,A,2\n2,B,4\n", b",filename,F0"),
        (b"filename,F0\nA,1,2\n", b"filename,F0"),  # ragged, for the parser to refuse
        (b"a,b\n1,2,3\n", b"a,b"),
    ],
)
def test_a_header_gets_the_name_that_it_lacks(content: bytes, header: bytes) -> None:
    assert plain_csv(content) == header + b"\n" + content.split(b"\n", 1)[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings_are_recognised(encoding: str) -> None:
    assert decoded("name,ä\nA,1\n".encode(encoding)) == "name,ä\nA,1\n"
    assert decoded(codecs.BOM_UTF16_BE + "name\nA\n".encode("utf-16-be")) == "name\nA\n"


def test_a_header_may_be_in_another_code_page() -> None:
    assert decoded("name,Lautstärke\nA,1\n".encode("cp1252")) == "name,Lautstärke\nA,1\n"


@pytest.mark.parametrize("content", [b"a,b\n\xff,1\n", b"\xff\xfe\x00", b"\x00\x01\x02\x89PNG", b"a\n1\x00\n"])
def test_binary_content_is_no_text(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"decode|binary"):
        decoded(content)


def test_the_start_of_a_file_ends_with_a_whole_line() -> None:
    assert decoded("a\nä\nö".encode()[:-1], is_cut=True) == "a\nä\n"


def test_lines_agree_in_the_number_of_cells() -> None:
    assert separator_of("name,mfcc;1,mfcc;2\nA,1,2\n") == ","
    assert separator_of("name;mfcc[1,2];x\nA;1;2\n") == ";"
    assert separator_of("name") == ","
    assert separator_of("F0 of speech\n1\n2\n") == ","
