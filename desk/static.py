"""The pages of clerk and reviewer: a handful of files, named one by one, and nothing else."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, Response

from desk.problem import Problem

router = APIRouter(include_in_schema=False)

_FILES = {
    "index.html": "text/html; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "view.js": "text/javascript; charset=utf-8",
    "photo.js": "text/javascript; charset=utf-8",
    "review.html": "text/html; charset=utf-8",
    "review.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "review-field.js": "text/javascript; charset=utf-8",
    "review-words.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@router.get("/")
def page() -> Response:
    """Hand out the clerk's page."""
    return _file("index.html")


@router.get("/review")
def review_page() -> Response:
    """Hand out the review page."""
    return _file("review.html")


@router.get("/static/{name}")
def part(name: str) -> Response:
    """Hand out one of the page's own files."""
    return _file(name)


def _file(name: str) -> Response:
    if name not in _FILES:
        raise Problem("no_route")
    data = resources.files("desk").joinpath("page", name).read_bytes()
    return Response(data, media_type=_FILES[name], headers={"Cache-Control": "no-cache"})
