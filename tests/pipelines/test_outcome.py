"""The sum: every file in one state, to the page."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.outcome import Outcome, State, balance

outcomes = st.lists(
    st.builds(
        Outcome,
        st.text(min_size=1),
        st.none(),
        st.sampled_from(State),
        st.none() | st.integers(0, 5000),
    )
)


@given(outcomes)
def test_the_sum_holds_when_every_file_is_accounted_for(found: list[Outcome]) -> None:
    assert balance(len(found), tuple(found)).holds


@given(outcomes)
def test_a_file_lost_from_sight_breaks_the_sum(found: list[Outcome]) -> None:
    assert not balance(len(found) + 1, tuple(found)).holds
