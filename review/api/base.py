"""What every view of the API has: who asks, checked input, the shape of answers, problems in the schema."""

from functools import cache
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from review.access import Actor
from review.api.links import base_url
from review.models import AccessToken
from review.problems import Problem
from review.selectors.links import absolute

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
PERSON_HEADER = "Twopop-Person"  # of writes: the id of whom it is to be by, or ANY_GUEST
ANY_GUEST = "guest"
MAX_INT = 2**31 - 1  # what the database holds
MAX_SEQ = 2**63 - 1


class WholeNumberField(serializers.IntegerField):
    """An integer as JSON has it: no text, no float (12.0 is refused: a frame is never a float), no boolean."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class InputSerializer(serializers.Serializer[Any]):
    """A request body. Fields that are not known are refused: a misspelled one would otherwise be ignored silently."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {str(name)[:64]: [_("There is no such field.")] for name in unknown[:20]}, code="unknown"
            )
        return super().to_internal_value(data)


class PageQuery(serializers.Serializer[Any]):
    """Query of a list."""

    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)
    cursor = serializers.CharField(required=False, max_length=2000, help_text="Opaque; from `links.next`.")


@extend_schema_field(OpenApiTypes.STR)
class ListParameter(serializers.Field[Any, Any, Any, Any]):
    """Words of `choices`, parted by commas; absent: none."""

    def __init__(self, *, choices: list[str], help_text: str) -> None:
        super().__init__(required=False, default=frozenset, help_text=f"{help_text} Several are parted by commas.")
        self.choices = choices

    def to_internal_value(self, data: Any) -> frozenset[str]:
        words = frozenset(word.strip() for word in str(data).split(",") if word.strip())
        if unknown := words - set(self.choices):
            raise serializers.ValidationError(
                _("%(word)s is none of %(choices)s.") % {"word": sorted(unknown)[0][:64], "choices": ", ".join(self.choices)},
                code="unknown",
            )
        return words


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    guest = serializers.BooleanField(required=False, help_text="true: no account, came by a share link. Else it is not there.")


class RationalSerializer(serializers.Serializer[Any]):
    num = serializers.IntegerField()
    den = serializers.IntegerField()


class RateSerializer(RationalSerializer):
    drop_frame = serializers.BooleanField(help_text="From the file's own timecode, never from the rate.")


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text='Dotted path; "" for the whole body.')
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem; the codes stand in docs/errors.md."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    remedy = serializers.CharField()
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # a field of that name, not the attribute
    current = serializers.DictField(required=False, help_text="Of precondition_failed: the object as it is now.")


class LinksSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="Absolute URL of the next page, with all parameters kept.")


def problems(*statuses: int) -> dict[Any, Any]:
    """Error answers for a schema, besides 401 which every operation has."""
    answer = OpenApiResponse(ProblemSerializer, description="Problem (RFC 9457)")
    return {(status, "application/problem+json"): answer for status in sorted({401, *statuses})}


def one(
    serializer: type[serializers.Serializer[Any]], *, status: int = 200, errors: tuple[int, ...] = (404,)
) -> dict[Any, Any]:
    """`responses` of an operation that answers with one object."""
    return {status: _envelope(serializer), **problems(*errors)}


@cache  # the schema wants one class per name
def _envelope(serializer: type[serializers.Serializer[Any]]) -> Any:
    return inline_serializer(f"{serializer.__name__.removesuffix('Serializer')}Answer", {"data": serializer()})


def many(serializer: type[serializers.Serializer[Any]], *, errors: tuple[int, ...] = (400, 404)) -> dict[Any, Any]:
    """`responses` of an operation that answers with a list."""
    return {200: _list_envelope(serializer), **problems(*errors)}


@cache
def _list_envelope(serializer: type[serializers.Serializer[Any]]) -> Any:
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(f"{name}List", {"data": serializer(many=True), "links": LinksSerializer()})


def nothing(*, errors: tuple[int, ...] = (403, 404)) -> dict[Any, Any]:
    return {204: None, **problems(*errors)}


class ApiView(APIView):
    """Thin: check the input, call one action or selector, show the result."""

    request: Request
    guests: ClassVar[frozenset[str]] = frozenset()  # methods that guests of share links may use; they are nobody for the rest
    reads_only = False  # its writes change nothing that anybody sees: tokens that may only read are allowed them

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        token = request.auth
        writes = request.method not in SAFE_METHODS and not self.reads_only
        if isinstance(token, AccessToken) and token.read_only and writes:
            raise Problem("read_only_token")
        if request.method not in SAFE_METHODS and (meant := request.headers.get(PERSON_HEADER)):
            self._insist_on(meant)

    def _insist_on(self, meant: str) -> None:
        """Pages that send later what was written earlier say by whom: somebody else may have signed in since."""
        user = self.actor.user
        if user is None and meant != ANY_GUEST:
            raise Problem("not_authenticated")
        if user is not None and meant != (ANY_GUEST if user.is_guest else user.pk):
            raise Problem("other_person")

    @property
    def actor(self) -> Actor:
        """Who asks; one object per request, so that capabilities are read once."""
        if not hasattr(self, "_actor"):
            self._actor = Actor.of(self.request, guests=self.request.method in self.guests)
        return self._actor

    def body(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The checked request body."""
        checked = kind(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def query(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The checked query parameters."""
        checked = kind(data=self.request.query_params)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    @property
    def base(self) -> str:
        return base_url(self.request)

    def shown(self, data: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        return Response({"data": absolute(data, self.base)}, status=status, headers=headers)

    def all_shown(self, data: list[dict[str, Any]]) -> Response:
        """A list that is never long enough to page."""
        return Response({"data": [absolute(one, self.base) for one in data], "links": {"next": None}})


def gone() -> Response:
    return Response(status=204)
