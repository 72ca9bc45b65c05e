"""Rules of the house that no linter knows: who may assign a state."""

import ast
from pathlib import Path

import pytest

RACINE = Path(__file__).parents[2]
#: The only doors for states; migrations only move columns.
EXEMPT = (
    *("catalogue/workflow.py", "catalogue/workflow_site.py", "catalogue/demandes_aif/", "migrations/"),
    # Those of a run of a feed and of what a visitor reported or follows: no state of the offer.
    *("catalogue/lheo/flux.py", "catalogue/signalement.py", "catalogue/recherches_suivies/vie.py"),
)
WRITES = {"update", "create", "bulk_create", "update_or_create", "get_or_create", "acreate", "aupdate"}


def sources():
    for package in ("accounts", "catalogue", "sofi"):
        for path in sorted((RACINE / package).rglob("*.py")):
            name = path.relative_to(RACINE).as_posix()
            if not any(part in name for part in EXEMPT):
                yield name, path.read_text()


def assignments_of_statut(source: str) -> list[int]:
    """Lines of `source` that give a state: `x.statut = …`, `setattr(x, "statut", …)`, `update(statut=…)`,
    or a model built with `statut=…`."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assign(targets=targets) if any(_is_statut(t) for t in targets):
                lines.append(node.lineno)
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) if _is_statut(target):
                lines.append(node.lineno)
            case ast.Call(func=func, args=[_, ast.Constant(value="statut"), *_]) if (
                getattr(func, "id", "") == "setattr"
            ):
                lines.append(node.lineno)
            case ast.Call(func=func, keywords=keywords) if _writes(func):
                if any(keyword.arg == "statut" for keyword in keywords):
                    lines.append(node.lineno)
    return lines


def _is_statut(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return any(isinstance(part, ast.Attribute) and part.attr == "statut" for part in parts)


def _writes(func: ast.expr) -> bool:
    name = getattr(func, "attr", getattr(func, "id", ""))
    return name in WRITES or name in {"Action", "Site"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("action.statut = 'validee'", True),
        ("action.statut, site.nom = 'validee', ''", True),
        ("setattr(action, 'statut', 'validee')", True),
        ("Action.objects.filter(pk=1).update(statut='validee')", True),
        ("Site.objects.create(nom='A', statut='actif')", True),
        ("Action(statut='validee')", True),
        ("Action.objects.filter(statut='validee')", False),
        ("if action.statut == 'validee': pass", False),
        ("statut = action.statut", False),
    ],
)
def test_the_search_finds_what_it_should(line, found):
    assert bool(assignments_of_statut(line)) == found


def test_only_the_workflow_gives_a_state():
    found = {name: lines for name, source in sources() if (lines := assignments_of_statut(source))}

    assert found == {}
