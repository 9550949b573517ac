"""Elided names, whatever the names."""

from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.reporting.tables.notation import elided

NAMES = st.lists(st.text("ab~2…", min_size=1, max_size=20), unique=True, max_size=12)


@given(names=NAMES, width=st.integers(8, 24))
def test_names_fit_stay_distinct_and_are_kept_where_they_fit(names: list[str], width: int) -> None:
    shown = elided(names, width)
    assert len(set(shown)) == len(names)
    assert all(len(short) <= width for short in shown)
    if all(len(name) <= width for name in names):
        assert shown == names
