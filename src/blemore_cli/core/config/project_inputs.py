"""Inputs of a project, by its configuration: the files and folders that no command writes over."""

from pathlib import Path

from blemore_cli.core.choices import PROJECT_FILE
from blemore_cli.core.config.schema import Config
from blemore_cli.core.overwriting import ProjectInputs


def project_inputs(config: Config, project_file: Path | None) -> ProjectInputs:
    """The project file, its metadata, its index, and its features.

    Args:
        config: The resolved configuration.
        project_file: The project file; None is that of the working directory.
    """
    path = (project_file or Path(PROJECT_FILE)).absolute()
    data = config.data
    named = {"training metadata": data.train_metadata, "test metadata": data.test_metadata, "index": data.index}
    sources = [*data.features, *(path for places in data.named_places.values() for path in places)]
    files = {meaning: file for meaning, file in named.items() if file is not None}
    features = {f"feature file {source.name}": source for source in sources if not source.is_dir()}
    folders = tuple(source for source in sources if source.is_dir())
    return ProjectInputs(path.parent, {"configuration": path, **files, **features}, folders)
