"""What is written about the package is true: stubs, pages and the notebook."""

from __future__ import annotations

import ast
import inspect
import re
import types
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import concertina
from concertina import _concertina

BINDINGS = Path(__file__).resolve().parent.parent
PAGES = [BINDINGS / "README.md", BINDINGS.parent.parent / "docs" / "python.md"]
NOTEBOOK = BINDINGS / "tour.ipynb"


def stubs() -> dict[str, str]:
    """Return the docstring of everything in the stub that has one."""
    stub = Path(_concertina.__file__).with_name("_concertina.pyi")
    found = {}
    for node in ast.parse(stub.read_text()).body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            continue
        parts = [(node.name, node)]
        if isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            parts += [(f"{node.name}.{part.name}", part) for part in methods]
        for name, part in parts:
            doc = ast.get_docstring(part)
            if doc or not name.endswith("__"):
                found[name] = doc or ""
    return found


def test_stubs_say_what_help_says() -> None:
    found = stubs()
    assert len(found) > 30
    for name, doc in found.items():
        runtime: object = _concertina
        for part in name.split("."):
            runtime = inspect.getattr_static(runtime, part)
        # A static method is looked at as what it holds.
        if isinstance(runtime, staticmethod):
            runtime = runtime.__func__
        assert doc, f"{name} has no docstring"
        assert inspect.getdoc(runtime) == doc, name


def test_everything_public_is_exported() -> None:
    public = [
        name for name, value in vars(concertina).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    ]  # fmt: skip
    assert sorted([*public, "__version__"]) == sorted(concertina.__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not page.is_file():
        pytest.skip(f"{page.name} is not beside these tests")
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    assert blocks
    monkeypatch.chdir(tmp_path)
    # Line numbers of errors are those of the page's code put together.
    exec(compile("\n".join(blocks), page.name, "exec"), {"__name__": "page"})


def test_the_notebook_runs_and_has_no_outputs(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(notebook.cells) == 10
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    assert any(cell.outputs for cell in code)
