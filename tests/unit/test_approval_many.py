"""The approval of a version: no way leads to a delivery past the policy, and nothing that was said is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from review.approval.machine import Block, Decision, Entry, Facts, Kind, Policy, Refused, State, check, standing

PEOPLE = ("ana", "ben", "cem")
people = st.sampled_from(PEOPLE)
policies = st.builds(
    Policy,
    who=st.lists(people, unique=True, max_size=2).map(tuple),
    everybody=st.booleans(),
    open_comments_block=st.booleans(),
    failed_checks_block=st.booleans(),
)
facts = st.builds(Facts, open_comments=st.integers(0, 2), failed_checks=st.booleans())
entries = st.one_of(
    st.builds(Entry, kind=st.sampled_from([Kind.ASKED, Kind.UNASKED, Kind.WITHDRAWN]), person=people),
    st.builds(
        Entry,
        kind=st.just(Kind.DECIDED),
        person=people,
        decision=st.sampled_from(Decision),
        up_to_frame=st.none() | st.integers(0, 99),
    ),
    st.builds(
        Entry,
        kind=st.sampled_from([Kind.LIFTED, Kind.RESTORED]),
        block=st.sampled_from(Block),
        text=st.sampled_from(["", " ", "The client insists."]),
    ),
    st.builds(Entry, kind=st.sampled_from([Kind.DELIVERED, Kind.RECALLED])),
)
steps = st.lists(st.tuples(entries, policies | st.none(), facts | st.none()), max_size=25)


def last_words(history):
    """Independent of the machine: what each person said last and did not take back."""
    found = {}
    for person in PEOPLE:
        own = [entry for entry in history if entry.person == person and entry.kind in (Kind.DECIDED, Kind.WITHDRAWN)]
        if own and own[-1].kind == Kind.DECIDED:
            found[person] = own[-1]
    return found


def was_asked(history, person):
    own = [entry.kind for entry in history if entry.person == person and entry.kind in (Kind.ASKED, Kind.UNASKED)]
    return bool(own) and own[-1] == Kind.ASKED


def reason_given(history, block):
    own = [at for at, entry in enumerate(history) if entry.block == block]
    if not own or history[own[-1]].kind != Kind.LIFTED or not history[own[-1]].text.strip():
        return False
    if block == Block.CHANGES_REQUESTED:  # no longer if changes were requested since
        later = history[own[-1] :]
        return not any(entry.decision == Decision.CHANGES_REQUESTED for entry in later)
    return True


@settings(max_examples=2000)
@given(policies, facts, steps)
def test_nothing_is_delivered_but_by_the_policy_or_with_a_written_reason(policy, now, script):
    history: list[Entry] = []
    for entry, new_policy, new_facts in script:
        policy, now = new_policy or policy, new_facts or now
        before = list(history)
        try:
            check(history, entry, policy, now)
        except Refused:
            continue
        history.append(entry)
        assert history[:-1] == before, "nothing is overwritten"
        if entry.kind != Kind.DELIVERED:
            continue
        assert standing(history).state(policy) == State.DELIVERED
        words = last_words(before)
        required = policy.who or [person for person in PEOPLE if was_asked(before, person)]
        gave = [
            person in words and words[person].decision != Decision.CHANGES_REQUESTED and words[person].up_to_frame is None
            for person in required
        ]
        approved = bool(gave) and (all(gave) if policy.everybody else any(gave))
        assert approved or reason_given(before, Block.APPROVAL_MISSING)
        wishes = [word for word in words.values() if word.decision == Decision.CHANGES_REQUESTED]
        assert not wishes or reason_given(before, Block.CHANGES_REQUESTED)
        assert not (policy.open_comments_block and now.open_comments) or reason_given(before, Block.OPEN_COMMENTS)
        assert not (policy.failed_checks_block and now.failed_checks) or reason_given(before, Block.FAILED_CHECKS)


@settings(max_examples=2000)
@given(policies, facts, steps)
def test_a_delivered_version_stands_still_until_it_is_recalled(policy, now, script):
    history = [Entry(Kind.DELIVERED)]
    for entry, _, _ in script:
        try:
            check(history, entry, policy, now)
        except Refused:
            continue
        assert entry.kind == Kind.RECALLED
        return


def test_the_states_of_a_version():
    policy = Policy(who=("ana", "ben"), everybody=True)
    history: list[Entry] = []

    def after(entry: Entry) -> State:
        check(history, entry, policy, Facts())
        history.append(entry)
        return standing(history).state(policy)

    assert standing([]).state(policy) == State.IN_PROGRESS
    assert after(Entry(Kind.ASKED, "ana")) == State.IN_REVIEW
    assert after(Entry(Kind.DECIDED, "ana", decision=Decision.APPROVED, up_to_frame=99)) == State.IN_REVIEW
    assert after(Entry(Kind.DECIDED, "ben", decision=Decision.CHANGES_REQUESTED)) == State.CHANGES_REQUESTED
    assert after(Entry(Kind.WITHDRAWN, "ben")) == State.IN_REVIEW
    assert standing(history).waiting_for(policy) == ("ana", "ben"), "up to a frame is not wholly"
    assert after(Entry(Kind.DECIDED, "ana", decision=Decision.APPROVED_WITH_NOTES)) == State.IN_REVIEW
    assert after(Entry(Kind.DECIDED, "ben", decision=Decision.APPROVED)) == State.APPROVED
    assert after(Entry(Kind.DELIVERED)) == State.DELIVERED
    assert after(Entry(Kind.RECALLED)) == State.APPROVED


def test_nobody_asked_is_nobodys_approval():
    assert standing([]).blocks(Policy(failed_checks_block=False), Facts()) == (Block.APPROVAL_MISSING,)
