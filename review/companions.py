"""`/companions`: what goes with Twopop on an editor's own machine, to download and with the steps. The files hold nothing of
anybody's: they may be fetched without signing in, as `pip` and installers do."""

import io
import json
import zipapp
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from review.api.links import base_url
from review.pages import page
from twopop import resolve_install

CLIENT = Path(resolve_install.__file__).parent
PANEL = settings.BASE_DIR / "frontend" / "dist" / "premiere"
START = "import sys\n\nfrom twopop.__main__ import main\n\nsys.exit(main())\n"  # zipapp's own start drops the exit code
STAMP = (2026, 1, 1, 0, 0, 0)  # the same archive from the same files


@page
def companions(request: HttpRequest) -> HttpResponse:
    """The page with all of them."""
    shown = {"base": base_url(request), "panel_built": (PANEL / "manifest.json").exists()}
    return render(request, "review/companions.html", shown)


@require_safe
def download(request: HttpRequest, filename: str) -> HttpResponse:
    """One of the files; `filename` is one of FILES."""
    make = FILES.get(filename)
    content = make(request) if make else None
    if content is None:
        raise Http404
    kind = "application/zip" if filename.endswith(".zip") else "application/octet-stream"
    disposition = content_disposition_header(as_attachment=True, filename=filename) or ""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _client_files(*endings: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in CLIENT.iterdir() if path.suffix in endings}


def command_line(_: HttpRequest) -> bytes:
    """The command line as one file that Python runs; also importable, for the client."""
    with TemporaryDirectory() as folder:
        package = Path(folder) / "app" / "twopop"
        package.mkdir(parents=True)
        for name, content in _client_files(".py").items():
            (package / name).write_bytes(content)
        (package.parent / "__main__.py").write_text(START)
        made = Path(folder) / "twopop.pyz"
        zipapp.create_archive(package.parent, made, interpreter="/usr/bin/env python3")
        return made.read_bytes()


def client(_: HttpRequest) -> bytes:
    """The Python package with its command line, for pip."""
    return _zipped({f"twopop-client/{name}": content for name, content in _client_files(".py", ".toml", ".md").items()})


def resolve(_: HttpRequest) -> bytes:
    """The entries of Resolve's menu, each a script that needs no other file."""
    with TemporaryDirectory() as folder:
        return _zipped({path.name: path.read_bytes() for path in resolve_install.install(Path(folder))})


def blender(_: HttpRequest) -> bytes:
    """The add-on as Blender installs it: a package of three files."""
    names = {"blender_addon.py": "__init__.py", "blender_markers.py": "blender_markers.py", "resolve.py": "resolve.py"}
    return _zipped({f"twopop_comments/{name}": (CLIENT / source).read_bytes() for source, name in names.items()})


def premiere(request: HttpRequest) -> bytes | None:
    """The panel as it was built, allowed to reach this server alone. None if the frontend is not built."""
    if not (PANEL / "manifest.json").exists():
        return None
    paths = [path for path in PANEL.rglob("*") if path.is_file() and path.suffix != ".gz"]
    files = {str(path.relative_to(PANEL)): path.read_bytes() for path in paths}
    base = base_url(request)
    manifest = json.loads(files["manifest.json"])
    here = urlsplit(base)
    socket = "wss" if here.scheme == "https" else "ws"
    manifest["requiredPermissions"]["network"]["domains"] = [base, f"{socket}://{here.netloc}"]
    files["manifest.json"] = json.dumps(manifest, indent=2).encode()
    files["index.html"] = files["index.html"].replace(b'data-address=""', f'data-address="{escape(base)}"'.encode())
    return _zipped({f"twopop-premiere/{name}": content for name, content in files.items()})


FILES: dict[str, Callable[[HttpRequest], bytes | None]] = {
    "twopop.pyz": command_line,
    "twopop-client.zip": client,
    "twopop-resolve.zip": resolve,
    "twopop-blender.zip": blender,
    "twopop-premiere.zip": premiere,
}
