"""What guests call themselves: the name of who writes and decides, and the one that a link burns into its pictures."""

from unicodedata import normalize

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from media_pipeline.core.watermark.letters import missing
from media_pipeline.ids import new_id
from review import events
from review.access import Actor, NotFound
from review.actions.share_uses import tell_use
from review.models import Share, SharePass, User
from review.problems import Problem
from review.selectors import shares
from review.selectors.people import person

LONGEST = 60
MOST_BURNED = 100  # names of one link at a time: each is a copy of its pictures


def guest_of(actor: Actor) -> User | None:
    """The row that stands for this guest; None before a name was given. Whoever is no guest gets NotFound."""
    if not actor.guest.passes or (actor.user is not None and not actor.user.is_guest):
        raise NotFound
    return actor.user


def name_guest(actor: Actor, *, name: str, in_watermark: bool = False) -> User:
    """Give the guest this name, now and on what they wrote before. `Guest.user_id` of the session is to be set to the row.

    What was burned into pictures stays, unless `in_watermark`: then their links show copies with the new name; not with one
    that another guest of the link came with. Raises share_name_invalid, share_name_taken, share_names_full.
    """
    name = " ".join(name.split())
    user = guest_of(actor)
    before = None if user is None else user.name
    with transaction.atomic():
        events.hold(*{one.share.project_id for one in actor.guest.passes})
        if user is None:
            pk = new_id()
            user = User(pk=pk, email=f"{pk}@guest.invalid", name=name, is_guest=True, is_active=False)
            user.set_unusable_password()
            user.save(force_insert=True)
        elif user.name != name:
            user.name = name
            user.save(update_fields=["name"])
        told = user.name != before  # said again, it is no news
        for one in actor.guest.passes:
            if told or one.guest_id != user.pk:
                SharePass.objects.filter(pk=one.pk).update(guest=user)
                events.audit(user, "share.name", one.share, project_id=one.share.project_id, name=name)
                tell_use(one.share_id)
            if in_watermark and one.share.asks_name:
                if _another_came_as(one, user, burned(name)):
                    raise Problem("share_name_taken")
                burn(one.share, one, name)
        if told and before is not None:
            for project_id in sorted({one.share.project_id for one in actor.guest.passes}):
                events.record(project_id, "guest.renamed", dict(person(user)))
    return user


def forget_guest(actor: Actor) -> None:
    """Somebody else sits at this browser from now on: with no name yet, at no recipient's address, and with no name in the
    pictures. What the one before wrote stays theirs. `Guest.user_id` of the session is to be cleared.

    The browser keeps its passes: it is no further use of the links, and a passphrase it gave is not asked for again. Those that
    do not count now (the link is over, its project archived, the session that had them lost) are parted with too: they may
    count again.
    """
    user = guest_of(actor)
    whose = Q(pk__in=actor.guest.pass_ids)
    part_with(SharePass.objects.filter(whose if user is None else whose | Q(guest=user)))


def part_with(passes: QuerySet[SharePass]) -> None:
    """Nobody has come by these passes yet, as far as they say."""
    told = passes.exclude(key_number=0).exclude(guest=None, email="", burned_name="").select_related("share", "guest")
    with transaction.atomic():
        events.hold(*set(told.values_list("share__project_id", flat=True)))
        for one in told:
            if one.guest is not None:  # who came by the link stays known; key 0 lets nobody in
                SharePass.objects.create(share=one.share, key_number=0, email=one.email, guest=one.guest)
            SharePass.objects.filter(pk=one.pk).update(guest=None, email="", burned_name="")
            detail = {"email": one.email, "in_watermark": one.burned_name}
            events.audit(one.guest, "share.part", one.share, project_id=one.share.project_id, **detail)


def _another_came_as(one: SharePass, user: User, name: str) -> bool:
    """However it is written: nobody reads the difference in a picture."""
    rows = SharePass.objects.filter(share=one.share_id).exclude(burned_name="").exclude(pk=one.pk).exclude(guest=user)
    return _bare(name) in {_bare(there) for there in rows.values_list("burned_name", flat=True)}


def _bare(name: str) -> str:
    return normalize("NFKC", name).casefold().strip()


def burned(given: str) -> str:
    """A name as it is burned in: in one line, of letters that can be drawn. Raises guest_name_missing, share_name_invalid."""
    name = "".join(letter for letter in " ".join(normalize("NFC", given).split()) if letter.isprintable())[:LONGEST].strip()
    if not name:
        raise Problem("guest_name_missing", remedy=gettext("It is shown in the picture while you watch."))
    if lacking := missing(name):
        raise Problem("share_name_invalid", gettext("No font has these letters: %(letters)s") % {"letters": lacking[:40]})
    return name


def burn(share: Share, one: SharePass, given: str) -> None:
    """Have what the link shows to this browser carry that name from now on. Inside the action that lets it in, or renames its
    guest. Raises guest_name_missing, share_name_invalid, share_names_full."""
    name = burned(given)
    Share.objects.select_for_update().get(pk=share.pk)  # names that come at the same time are counted one by one
    there = set(shares.burned_names([share.pk]).get(share.pk, ()))
    if name not in there and len(there - {one.burned_name}) >= MOST_BURNED:
        raise Problem("share_names_full")
    if one.burned_name != name:
        events.audit(one.guest, "share.burn", share, project_id=share.project_id, name=name)
    one.burned_name = name
    one.save(update_fields=["burned_name"])
