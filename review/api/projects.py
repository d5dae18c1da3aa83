"""Projects."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from review import access
from review.access import Actor, Capability
from review.actions import projects as actions
from review.api.base import ApiView, InputSerializer, PageQuery, gone, many, nothing, one
from review.api.pagination import paged
from review.models import Membership, Project, Role
from review.selectors import projects


class ProjectSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    role = serializers.ChoiceField(choices=Role.choices, allow_null=True, help_text="Mine; null for the installation's owner.")
    capabilities = serializers.ListField(child=serializers.ChoiceField(choices=[(c.value, c.name) for c in Capability]))


class ProjectInput(InputSerializer):
    name = serializers.CharField(max_length=200)


def shown(actor: Actor, rows: list[Project]) -> list[dict[str, Any]]:
    """Projects with the asker's role and capabilities."""
    roles = dict(Membership.objects.filter(user=actor.person, project__in=rows).values_list("project_id", "role"))
    actor.know_roles({row.pk: roles.get(row.pk) for row in rows})
    return [
        {**projects.project(row), "role": roles.get(row.pk), "capabilities": sorted(actor.capabilities(row.pk))} for row in rows
    ]


class Projects(ApiView):
    @extend_schema(operation_id="projects_list", parameters=[PageQuery], responses=many(ProjectSerializer, errors=(400,)))
    def get(self, request: Request) -> Response:
        """The projects I may see, newest first."""
        query = self.query(PageQuery)
        rows = access.projects(self.actor)
        return paged(request, rows, lambda page: shown(self.actor, page), order=("-created_at", "-pk"), **query)

    @extend_schema(
        operation_id="projects_create", request=ProjectInput, responses=one(ProjectSerializer, status=201, errors=(400, 403))
    )
    def post(self, request: Request) -> Response:
        """Create a project (the installation's owner)."""
        project = actions.create_project(self.actor, **self.body(ProjectInput))
        return self.shown(shown(self.actor, [project])[0], status=201)


class OneProject(ApiView):
    @extend_schema(operation_id="projects_get", responses=one(ProjectSerializer))
    def get(self, request: Request, project_id: str) -> Response:
        """A project."""
        return self.shown(shown(self.actor, [access.project(self.actor, project_id)])[0])

    @extend_schema(
        operation_id="projects_update", request=ProjectInput, responses=one(ProjectSerializer, errors=(400, 403, 404))
    )
    def patch(self, request: Request, project_id: str) -> Response:
        """Rename a project."""
        project = actions.update_project(self.actor, project_id, **self.body(ProjectInput))
        return self.shown(shown(self.actor, [project])[0])

    @extend_schema(operation_id="projects_delete", responses=nothing())
    def delete(self, request: Request, project_id: str) -> Response:
        """Archive a project: it disappears for everybody and can be restored by the operator."""
        actions.archive_project(self.actor, project_id)
        return gone()
