"""Registry of classes by the names that a configuration gives them; other packages can add theirs."""

import inspect
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from blemore_cli.core.errors import ArtefactError, ConfigError, UsageError
from blemore_cli.core.parallel.engine import IMPORTED_BY_WORKERS
from blemore_cli.core.spelling import did_you_mean

Child = TypeVar("Child")

REGISTERED: Final[dict[str, list[str]]] = {}
"""Names registered beside the built-in ones, by the key of the configuration whose values they are."""


def name_of(key: str, built_in: tuple[str, ...]) -> PlainValidator:
    """Validation of a key, such as `model.fusion`, whose values are built-in or registered names."""

    def check(value: object) -> object:
        names = [*built_in, *REGISTERED.get(key, [])]
        if value in names:
            return value
        listed = ", ".join(map(repr, names))
        raise PydanticCustomError("literal_error", f"Input should be {listed} or a name registered in this process")

    return PlainValidator(check)


class Registry(dict[str, type[Child]]):
    """Children of a base class by their names.

    A child's hyperparameters are the keyword-only parameters of its constructor that have defaults.

    Args:
        key: The key of the configuration whose values are the names.
        options_key: The key that sets hyperparameters.
        base: The base class.
        children: The built-in children.
    """

    def __init__(self, key: str, options_key: str, base: type, children: Mapping[str, type[Child]]) -> None:
        super().__init__(children)
        self.key, self.options_key, self._base, self._built_in = key, options_key, base, frozenset(children)

    def __missing__(self, name: str) -> type[Child]:
        raise ArtefactError(
            f"{self.key} must be a registered name, got {name!r}, which is not in this process",
            fix="Import the module that registers it first.",
        )

    def register(self, name: str, child: type[Child]) -> None:
        """Adds a child; a registered one of the same name is replaced. Worker processes import its module.

        Raises:
            UsageError: If the name is a built-in child's, or it is no child of the base class.
        """
        if name in self._built_in or not (isinstance(child, type) and issubclass(child, self._base)):
            raise UsageError(
                f"a registered {self.key} must be a child of {self._base.__name__} with a name beside "
                f"{', '.join(sorted(self._built_in))}, got {name!r} for {child!r}",
                fix="Choose another name, or derive the class from the base class.",
            )
        self[name] = child
        for names, value in ((REGISTERED.setdefault(self.key, []), name), (IMPORTED_BY_WORKERS, child.__module__)):
            if value not in names:
                names.append(value)

    def new(self, name: str, *sizes: object, generator: object, options: Mapping[str, object]) -> Child:
        """Makes a child, with the hyperparameters that are given; errors are those of `options`."""
        child: Any = self[name]
        made: Child = child(*sizes, generator=generator, **self.options(name, options))
        return made

    def options(self, name: str, given: Mapping[str, object]) -> dict[str, Any]:
        """The hyperparameters of a child that are given, each of its default's type.

        Raises:
            ArtefactError: If the child is not registered.
            ConfigError: If it has no such hyperparameter, or the value is not of the type of its default.
        """
        parameters = inspect.signature(self[name]).parameters.values()
        defaults = {one.name: one.default for one in parameters if one.default is not one.empty}
        return {option: self._checked(name, option, value, defaults) for option, value in given.items()}

    def _checked(self, name: str, option: str, value: object, defaults: Mapping[str, object]) -> object:
        place = f"{self.options_key}: {name}.{option}"
        if option not in defaults:
            raise ConfigError(
                f"{place} is no hyperparameter{did_you_mean(option, defaults)}",
                fix=f"It has {', '.join(defaults) or 'none'}.",
            )
        kind = type(defaults[option])
        try:
            return TypeAdapter(kind).validate_python(value)
        except ValidationError:
            raise ConfigError(
                f"{place} must be of type {kind.__name__}, got {value!r}", fix="Correct the value."
            ) from None
