"""Holds JSON to the request types of a vendor's own SDK: no field that they lack, no value of another kind."""

import types
import typing
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import NotRequired, Required, is_typeddict

# Kinds of values that JSON has one form of.
PLAIN = {str: str, int: int, float: (int, float), bool: bool}


def problem(value: Any, kind: Any, at: str = "body") -> str | None:
    """What of the value does not fit the type, or None."""
    origin = get_origin(kind)
    if kind in (Any, object):
        return None
    if kind in (None, type(None)):
        return None if value is None else f"{at}: not null"
    if origin in (Required, NotRequired, typing.Annotated):
        return problem(value, get_args(kind)[0], at)
    if origin in (Union, types.UnionType):
        problems = [problem(value, each, at) for each in get_args(kind)]
        return None if None in problems else deepest(problems)
    if origin is Literal:
        return None if value in get_args(kind) else f"{at}: {value!r} is none of {get_args(kind)}"
    if is_typeddict(kind):
        return dictionary(value, kind, at)
    if kind in PLAIN:
        fits = isinstance(value, PLAIN[kind]) and isinstance(value, bool) == (kind is bool)
        return None if fits else f"{at}: {value!r} is no {kind.__name__}"
    if origin in (dict, typing.Mapping) or getattr(origin, "__name__", "") == "Mapping":
        if not isinstance(value, dict):
            return f"{at}: no object"
        of = get_args(kind)[1] if get_args(kind) else Any
        return first(problem(each, of, f"{at}.{key}") for key, each in value.items())
    if getattr(origin, "__name__", "") in ("list", "Iterable", "Sequence", "SequenceNotStr"):
        if not isinstance(value, list):
            return f"{at}: no list"
        of = get_args(kind)[0]
        return first(problem(each, of, f"{at}.{n}") for n, each in enumerate(value))
    # Files to upload, classes of the SDK's own: nothing that JSON could hold.
    return f"{at}: {value!r} is no {kind}"


def dictionary(value: Any, kind: Any, at: str) -> str | None:
    if not isinstance(value, dict):
        return f"{at}: no object"
    hints = get_type_hints(kind, include_extras=True)
    for key, each in value.items():
        if key not in hints:
            return f"{at}.{key}: {kind.__name__} has no such field"
        found = problem(each, hints[key], f"{at}.{key}")
        if found:
            return found
    missing = kind.__required_keys__ - value.keys()
    return f"{at}: {kind.__name__} demands {sorted(missing)}" if missing else None


def first(problems: Any) -> str | None:
    return next((each for each in problems if each), None)


def deepest(problems: list[str | None]) -> str | None:
    """Of the problems of all alternatives the one that came furthest."""
    return max((each for each in problems if each), key=lambda each: each.split(":")[0].count("."))
