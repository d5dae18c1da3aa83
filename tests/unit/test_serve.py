"""Ranges, names of downloads, signed URLs: the parts of media_pipeline.serve that need no server."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory

from media_pipeline.serve import S3Target, ServedFile, byte_range, content_disposition, presigned_url, serve, sign_get

# AWS's own example: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"
AWS_EXAMPLE = S3Target(
    endpoint="https://s3.amazonaws.com",
    bucket="examplebucket",
    region="us-east-1",
    access_key="AKIAIOSFODNN7EXAMPLE",
    secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    path_style=False,
    expires_seconds=86400,
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-100", (0, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=99-99", (99, 99)),
        ("bytes= 5-6", (5, 6)),
        ("bytes=100-", "unsatisfiable"),
        ("bytes=100-200", "unsatisfiable"),
        ("bytes=-0", "unsatisfiable"),
        ("bytes=99999999999999999999-", "unsatisfiable"),
        (f"bytes={'9' * 5000}-", "unsatisfiable"),
        (f"bytes=90-{'9' * 5000}", (90, 99)),
        (f"bytes=-{'9' * 5000}", (0, 99)),
        (f"bytes={'0' * 5000}5-6", (5, 6)),
        ("bytes=20-10", "whole"),
        ("bytes=-", "whole"),
        ("bytes=", "whole"),
        ("bytes=a-b", "whole"),
        ("bytes=0-1,5-6", "whole"),
        ("bytes 0-1", "whole"),
        ("items=0-1", "whole"),
        ("bytes=+1-2", "whole"),
        ("bytes=1--2", "whole"),
        ("bytes=٣-", "whole"),
    ],
)
def test_byte_range(header, expected):
    assert byte_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_no_byte_of_an_empty_file_satisfies_a_range(header):
    assert byte_range(header, 0) == "unsatisfiable"


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ("clip.mov", "clip.mov", "clip.mov"),
        ("Größe.mov", "Gr__e.mov", "Gr%C3%B6%C3%9Fe.mov"),
        ("🎬.mov", "_.mov", "%F0%9F%8E%AC.mov"),
        ("../../etc/passwd", ".._.._etc_passwd", ".._.._etc_passwd"),
        ('a"b\\c.mov', "a_b_c.mov", "a_b_c.mov"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x", "a__Set-Cookie_%20x"),
        ("50%.mov", "50_.mov", "50%25.mov"),
        ("", "download", "download"),
        ("\ud83d.mov", "_.mov", "_.mov"),
    ],
)
def test_content_disposition(name, plain, extended):
    assert content_disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"


def test_signature_equals_that_of_the_aws_documentation():
    url = sign_get(AWS_EXAMPLE, "test.txt", {}, now=datetime(2013, 5, 24, tzinfo=UTC))
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://examplebucket.s3.amazonaws.com/test.txt"
    query = parse_qs(parts.query)
    assert query["X-Amz-Signature"] == ["aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"]
    assert query["X-Amz-Credential"] == ["AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"]
    assert query["X-Amz-Expires"] == ["86400"]


def test_presigned_url_carries_type_and_name():
    file = ServedFile(Path("/x"), "originals/ab/abc", "abc", "video/mp4", download_as="Größe.mov")
    url = presigned_url(AWS_EXAMPLE, file, now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    query = parse_qs(urlsplit(url).query)
    assert query["response-content-type"] == ["video/mp4"]
    assert query["response-content-disposition"] == [content_disposition("Größe.mov")]
    assert query["X-Amz-Date"] == ["20260102T030405Z"]


def test_path_style_and_prefix():
    target = S3Target("https://minio.example:9000", "films", "eu", "key", "secret", prefix="twopop/")
    url = sign_get(target, "derived/m/r.mp4", {}, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert url.startswith("https://minio.example:9000/films/twopop/derived/m/r.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "secret" not in repr(target)


def test_s3_mode_redirects_for_less_time_than_the_signature_lives():
    file = ServedFile(Path("/absent"), "derived/m/r.mp4", "abc", "video/mp4")
    response = serve(RequestFactory().get("/"), file, mode="s3", s3=AWS_EXAMPLE)
    assert response.status_code == 302
    assert response["Location"].startswith("https://examplebucket.s3.amazonaws.com/derived/m/r.mp4?")
    assert response["Cache-Control"] == "private, max-age=43200"


def test_x_accel_mode_names_the_file_and_sends_nothing():
    file = ServedFile(Path("/absent"), "originals/ab/abc", "abc", "video/mp4", download_as="a.mov")
    response = serve(RequestFactory().get("/"), file, mode="x-accel", x_accel_prefix="/protected/")
    assert response["X-Accel-Redirect"] == "/protected/originals/ab/abc"
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Cache-Control"] == "private, immutable, max-age=31536000"
