"""A clip's name is the same however often it is reduced, and a built name gives back what it was built of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.labels import LABELS
from blemore_cli.data.metadata.clip_names import MEDIA_SUFFIXES, clip_name, is_clip_name, parse_clip_name


@settings(deadline=None)
@given(st.text(), st.sampled_from(MEDIA_SUFFIXES))
def test_reducing_twice_changes_nothing(name: str, suffix: str) -> None:
    assert clip_name(clip_name(name)) == clip_name(name)
    assert clip_name(name + suffix.upper()) == clip_name(name)


@settings(deadline=None)
@given(st.text())
def test_a_clip_name_is_one_part_of_a_path(name: str) -> None:
    if is_clip_name(name):
        assert "/" not in name
        assert name not in {".", ".."}
        assert name.encode() == name.encode("utf-8", "strict")


@settings(deadline=None)
@given(st.integers(0, 999), st.sampled_from(range(len(LABELS))), st.booleans(), st.integers(1, 9))
def test_built_names_are_read_back(actor: int, position: int, swapped: bool, version: int) -> None:
    label = LABELS[position]
    step = -1 if swapped else 1
    middle = f"{label.emotions[0]}_int1"
    if label.is_blend:
        middle = "_".join(["mix", *label.emotions[::step], *map(str, label.saliences_pct[::step])])
    assert parse_clip_name(f"A{actor}_{middle}_ver{version}.mov") == (f"A{actor}", position)
