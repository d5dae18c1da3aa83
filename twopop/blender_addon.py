"""Add-on for Blender: comments of Twopop as markers of the timeline. Panel “Twopop” in the sidebar of the video sequencer, the
dope sheet (with the timeline) and the 3D view. Signed in by `twopop login`, or with a token in the add-on's preferences."""

from typing import Any

import bpy  # type: ignore[import-not-found]  # only Blender has it

from . import blender_markers as markers
from .resolve import Refused, Request, requests_to, signed_in

bl_info = {
    "name": "Twopop comments",
    "author": "Twopop",
    "version": (0, 1, 0),
    "blender": (3, 3, 0),
    "location": "Sidebar > Twopop, in the sequencer, the dope sheet and the 3D view",
    "description": "Review comments as timeline markers",
    "category": "Sequencer",
}
PLACES = {"SEQUENCE_EDITOR": "sequencer", "DOPESHEET_EDITOR": "dope_sheet", "VIEW_3D": "view"}


class TwopopPreferences(bpy.types.AddonPreferences):  # type: ignore[misc]  # Blender's module has no types
    bl_idname = __package__ or __name__
    # As annotations would say it; but a call is no type.
    __annotations__ = {
        "address": bpy.props.StringProperty(name="Address"),
        "token": bpy.props.StringProperty(name="Token", subtype="PASSWORD"),
    }

    def draw(self, _: Any) -> None:
        self.layout.prop(self, "address")
        self.layout.prop(self, "token")
        self.layout.label(text="Empty: as `twopop login` has signed you in.")


def _send(context: Any) -> Request:
    own = context.preferences.addons[__package__ or __name__].preferences
    if own.address and own.token:
        return requests_to(own.address.rstrip("/"), own.token)
    return signed_in()


class _Operator(bpy.types.Operator):  # type: ignore[misc]  # as above
    @staticmethod
    def work(context: Any, scene: Any) -> str:
        """Do it, and say what was done. Raises Refused."""
        raise NotImplementedError

    def execute(self, context: Any) -> set[str]:
        try:
            self.report({"INFO"}, self.work(context, context.scene))
        except Refused as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class TWOPOP_OT_sync(_Operator):  # noqa: N801 -- as Blender wants operators to be named
    """Make the timeline's markers what the version's comments are"""

    bl_idname, bl_label, bl_options = "twopop.sync", "Sync comments", {"REGISTER", "UNDO"}

    @staticmethod
    def work(context: Any, scene: Any) -> str:
        counts = markers.pull(scene, _send(context), markers.version_id(scene.twopop_version))
        return "Twopop: " + (", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no comments")


class TWOPOP_OT_next(_Operator):  # noqa: N801 -- as Blender wants operators to be named
    """Go to the next open comment"""

    bl_idname, bl_label = "twopop.next", "Next open comment"

    @staticmethod
    def work(context: Any, scene: Any) -> str:
        return str(markers.jump(scene, forward=True).name)


class TWOPOP_OT_previous(_Operator):  # noqa: N801 -- as Blender wants operators to be named
    """Go to the previous open comment"""

    bl_idname, bl_label = "twopop.previous", "Previous open comment"

    @staticmethod
    def work(context: Any, scene: Any) -> str:
        return str(markers.jump(scene, forward=False).name)


class TWOPOP_OT_complete(_Operator):  # noqa: N801 -- as Blender wants operators to be named
    """Mark the comments on this frame as done"""

    bl_idname, bl_label, bl_options = "twopop.complete", "Mark as done", {"REGISTER", "UNDO"}

    @staticmethod
    def work(context: Any, scene: Any) -> str:
        count = markers.complete_here(scene, _send(context), markers.version_id(scene.twopop_version))
        return f"Twopop: {count} marked as done"


def _draw(self: Any, context: Any) -> None:
    scene, column = context.scene, self.layout.column(align=True)
    column.prop(scene, "twopop_version", text="")
    column.operator("twopop.sync", icon="FILE_REFRESH")
    row = self.layout.row(align=True)
    row.operator("twopop.previous", text="", icon="TRIA_LEFT")
    row.operator("twopop.next", text="", icon="TRIA_RIGHT")
    row.operator("twopop.complete", icon="CHECKMARK")
    for marker in markers.here(scene):
        box = self.layout.box()
        for line in str(marker[markers.TEXT]).splitlines():
            for start in range(0, max(1, len(line)), 40):  # Blender's labels do not break lines
                box.label(text=line[start : start + 40])


def _panel(space: str, name: str) -> Any:
    fields = {"bl_space_type": space, "bl_region_type": "UI", "bl_category": "Twopop", "bl_label": "Comments", "draw": _draw}
    return type(f"TWOPOP_PT_{name}", (bpy.types.Panel,), {**fields, "bl_idname": f"TWOPOP_PT_{name}"})


CLASSES = [TwopopPreferences, TWOPOP_OT_sync, TWOPOP_OT_next, TWOPOP_OT_previous, TWOPOP_OT_complete]
CLASSES += [_panel(space, name) for space, name in PLACES.items()]


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    described = "Address of the version's page, https://review.example/v/…"
    bpy.types.Scene.twopop_version = bpy.props.StringProperty(name="Version", description=described)


def unregister() -> None:
    del bpy.types.Scene.twopop_version
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
