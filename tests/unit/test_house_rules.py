"""The house's rules that a machine can hold: floors, sizes, and what the library never does.

The rules and their reasons are in docs/architecture.md. Every test lists what breaks its rule, as module:line.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "blemore_cli"
FLOOR = {
    "core": 0,
    "data": 1,
    "extraction": 2,
    "model": 2,
    "evaluation": 2,
    "training": 3,
    "experiments": 4,
    "reporting": 5,
    "cli": 6,
}
MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_PARAMETERS = 300, 40, 7
MAX_FOLDER_FILES, MAX_DEPTH = 14, 3
MIRRORS = ("unit", "parity", "property", "integration")
NICKNAMES = {"np", "pd", "nn", "F"}
VAGUE_NAMES = {"util", "utils", "common", "helper", "helpers", "misc"}
NAMES_OF_NOTHING = {"found", "said", "own", "each", "there"}
"""Words that may stand for an item of a comprehension, and name nothing that lives longer."""

UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
PRINTS_OR_EXITS = {
    "print",
    "exit",
    "quit",
    "sys.exit",
    "os._exit",
    "SystemExit",
    "sys.stdout.write",
    "sys.stderr.write",
}
WORKER_EXIT = {("core.parallel.local_pool", "os._exit")}
"""A worker process whose parent was killed ends itself; the user's own process it does not touch."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A module of the package: its dotted name without the package's, its source and its syntax tree."""

    name: str
    source: str
    tree: ast.Module

    @property
    def floor(self) -> str:
        return self.name.split(".")[0]

    def at(self, node: ast.stmt | ast.expr | ast.keyword) -> str:
        return f"{self.name}:{node.lineno}"


@cache
def modules() -> dict[str, Module]:
    """Every module by name; the package itself and `__main__` are left out, packages have the name of their folder."""
    folder = ROOT / "src" / PACKAGE
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if len(parts) > 1:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            source = path.read_text(encoding="utf-8")
            found[name] = Module(name, source, ast.parse(source))
    return found


def packages() -> set[str]:
    """The names of the folders among the modules."""
    folder = ROOT / "src" / PACKAGE
    return {".".join(path.parent.relative_to(folder).parts) for path in folder.rglob("__init__.py")}


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of a tree, also inside functions, as the dotted names that it can stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield node, start
            yield from ((node, f"{start}.{alias.name}") for alias in node.names)


def own_imports(module: Module) -> dict[str, ast.stmt]:
    """The modules of the package that a module imports, by name without the package's."""
    names = {name.removeprefix(f"{PACKAGE}."): node for node, name in imported(module.tree)}
    return {name: node for name, node in names.items() if name in modules()}


def nodes(*kinds: type[Any]) -> Iterator[tuple[Module, Any]]:
    """Every node of some kinds in the whole package, with its module."""
    for module in modules().values():
        yield from ((module, node) for node in ast.walk(module.tree) if isinstance(node, kinds))


def is_unsafe_flag(keyword: ast.keyword) -> bool:
    """Whether an argument lets numpy or torch execute what a file says."""
    unsafe = {("allow_pickle", True), ("weights_only", False)}
    return isinstance(keyword.value, ast.Constant) and (keyword.arg, keyword.value.value) in unsafe


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def n_code_lines(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    first, has_docstring = function.body[0], ast.get_docstring(function, clean=False) is not None
    n_docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - n_docstring


def n_parameters(function: Function) -> int:
    """Parameters without `self` and `cls`; `*args` and `**kwargs` count as one each."""
    own = function.args
    named = [each.arg for each in (*own.posonlyargs, *own.args, *own.kwonlyargs)]
    return sum(name not in {"self", "cls"} for name in named) + (own.vararg is not None) + (own.kwarg is not None)


def may_import(importer: str, target: str) -> bool:
    return importer == target or FLOOR[importer] > FLOOR[target]


def first_cycle(graph: dict[str, Iterable[str]]) -> list[str]:
    """The modules of one import cycle, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def refuse(found: list[str]) -> None:
    """Fails with every finding, one a line, where pytest would show the first few."""
    assert not found, "\n".join(found)


def test_floors_are_those_of_the_plan() -> None:
    assert {module.floor for module in modules().values()} == set(FLOOR)


def test_imports_go_down_the_floors() -> None:
    upward = [
        f"{module.at(node)} imports {target}"
        for module in modules().values()
        for target, node in own_imports(module).items()
        if not may_import(module.floor, target.split(".")[0])
    ]
    refuse(upward)


@pytest.mark.parametrize(
    ("importer", "target", "allowed"),
    [
        ("cli", "core", True),
        ("data", "data", True),
        ("core", "data", False),
        ("model", "evaluation", False),
        ("evaluation", "model", False),
        ("training", "experiments", False),
    ],
)
def test_the_rule_of_floors_itself(importer: str, target: str, allowed: bool) -> None:
    assert may_import(importer, target) is allowed


def test_evaluation_is_pure() -> None:
    """It is made of functions of arrays: nothing of it reads an index, a run, a network or a file."""
    outside = {"h5py", "io", "json", "os", "pathlib", "torch", *(FLOOR.keys() - {"core", "evaluation"})}
    refuse(
        [
            f"{module.at(node)} imports {name}"
            for module in modules().values()
            if module.floor == "evaluation"
            for node, name in imported(module.tree)
            if name.removeprefix(f"{PACKAGE}.").split(".")[0] in outside
        ]
    )


def test_imports_are_absolute() -> None:
    relative = [
        module.at(node) for module in modules().values() for node, name in imported(module.tree) if name.startswith(".")
    ]
    refuse(relative)


def test_no_import_cycles() -> None:
    assert first_cycle({"a": ["b"], "b": ["a"]})
    assert first_cycle({module.name: set(own_imports(module)) - {module.name} for module in modules().values()}) == []


def rooms(folder: str) -> dict[str, Iterable[str]]:
    """Which of the folders and modules directly below a folder need which others of them; "" is the package."""
    depth = folder.count(".") + 1 if folder else 0
    graph: dict[str, Iterable[str]] = {}
    for module in modules().values():
        room = below(folder, depth, module.name)
        needs = {below(folder, depth, name) for name in own_imports(module)}
        if room:
            graph[room] = {*graph.get(room, ()), *needs} - {"", room}
    return graph


def below(folder: str, depth: int, name: str) -> str:
    """The folder or module directly below a folder that a module is in or is; nothing where it is elsewhere."""
    parts = name.split(".")
    return parts[depth] if len(parts) > depth and ".".join(parts[:depth]) == folder else ""


@pytest.mark.parametrize("folder", ["", *sorted(packages())])
def test_rooms_need_one_another_in_one_direction(folder: str) -> None:
    """Rooms that need one another in both directions are one room."""
    assert first_cycle(rooms(folder)) == []


def test_files_are_short() -> None:
    sizes = {module.name: len(module.source.splitlines()) for module in modules().values()}
    refuse([f"{name}: {size}" for name, size in sizes.items() if size > MAX_FILE_LINES])


def test_functions_are_short() -> None:
    sizes = {
        f"{module.at(function)} {function.name}": n_code_lines(function)
        for module in modules().values()
        for function in functions(module.tree)
    }
    refuse([f"{name}: {size}" for name, size in sizes.items() if size > MAX_FUNCTION_LINES])


def test_functions_have_few_parameters() -> None:
    sizes = {
        f"{module.at(function)} {function.name}": n_parameters(function)
        for module in modules().values()
        for function in functions(module.tree)
    }
    refuse([f"{name}: {size}" for name, size in sizes.items() if size > MAX_PARAMETERS])


def test_measures_of_a_function() -> None:
    function = next(functions(ast.parse('def f(self, a, *b, c=1, **d):\n    """One\n\n    two."""\n    return a\n')))
    assert (n_code_lines(function), n_parameters(function)) == (2, 4)


def test_only_the_command_line_prints_or_exits() -> None:
    found = [
        f"{module.at(node)} {call}"
        for module, node in nodes(ast.Call)
        if module.floor != "cli"
        and (call := ast.unparse(node.func)) in PRINTS_OR_EXITS
        and (module.name, call) not in WORKER_EXIT
    ]
    refuse(found)


def test_nothing_asserts() -> None:
    refuse([module.at(node) for module, node in nodes(ast.Assert)])


def test_nothing_unpickles() -> None:
    imports = [
        f"{module.at(node)} {name}"
        for module in modules().values()
        for node, name in imported(module.tree)
        if name.split(".")[0] in UNSAFE_MODULES
    ]
    flags = [f"{module.at(node)} {ast.unparse(node)}" for module, node in nodes(ast.keyword) if is_unsafe_flag(node)]
    loads = [
        module.at(node)
        for module, node in nodes(ast.Call)
        if ast.unparse(node.func) == "torch.load" and "weights_only" not in {each.arg for each in node.keywords}
    ]
    refuse([*imports, *flags, *loads])


def test_no_module_of_odds_and_ends() -> None:
    refuse([name for name in modules() if VAGUE_NAMES & set(name.split("."))])


def stored_names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The names, parameters and attributes that a tree stores outside comprehensions, with their lines."""
    of_comprehensions = {
        part for node in ast.walk(tree) if isinstance(node, ast.comprehension) for part in ast.walk(node.target)
    }
    for node in set(ast.walk(tree)) - of_comprehensions:
        if isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr, node.lineno


def test_names_say_what_they_name() -> None:
    tree = ast.parse("own = self.said = [each for each in x]\nfor found in x: pass")
    assert set(stored_names(tree)) == {("own", 1), ("said", 1), ("found", 2)}
    vague = [
        f"{module.name}:{line} {name}"
        for module in modules().values()
        for name, line in stored_names(module.tree)
        if name.strip("_") in NAMES_OF_NOTHING
    ]
    refuse(vague)


def test_few_import_nicknames() -> None:
    found = [
        f"{module.at(node)} {alias.asname}"
        for module, node in nodes(ast.Import, ast.ImportFrom)
        for alias in node.names
        if alias.asname not in {None, *NICKNAMES}
    ]
    refuse(found)


def test_no_module_looks_like_a_test() -> None:
    refuse([name for name in modules() if name.split(".")[-1].startswith("test_") or name.endswith("_test")])


def test_folders_are_small() -> None:
    folders = [path for path in (ROOT / "src" / PACKAGE).rglob("*") if path.is_dir() and path.name != "__pycache__"]
    sizes = {folder: len([path for path in folder.glob("*.py") if path.stem != "__init__"]) for folder in folders}
    refuse([f"{folder.relative_to(ROOT)}: {size}" for folder, size in sizes.items() if size > MAX_FOLDER_FILES])
    depths = {name: name.count(".") for name in modules()}
    refuse([f"{name}: {depth} folders deep" for name, depth in depths.items() if depth > MAX_DEPTH])


def test_every_module_has_a_test_at_its_path() -> None:
    """`src/blemore_cli/a/b.py` has `a/test_b.py` below one of the kinds of tests."""
    paths = {name: Path(*name.split(".")[:-1], f"test_{name.split('.')[-1]}.py") for name in modules()}
    refuse(
        [
            f"{name}: tests/unit/{path}"
            for name, path in paths.items()
            if name not in packages() and not any((ROOT / "tests" / kind / path).is_file() for kind in MIRRORS)
        ]
    )


def test_every_mirrored_test_has_its_module() -> None:
    """A test below `unit` is of a module that is there."""
    tests = [path.relative_to(ROOT / "tests" / "unit") for path in (ROOT / "tests" / "unit").rglob("test_*.py")]
    names = {path: ".".join([*path.parts[:-1], path.stem.removeprefix("test_")]) for path in tests}
    extra = {"house_rules", "public_api", "reporting.page.templates"}
    refuse([f"tests/unit/{path}" for path, name in names.items() if name not in modules() and name not in extra])
