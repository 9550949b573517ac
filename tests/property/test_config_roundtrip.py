"""Any valid configuration survives being written and read."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.config.file import dump_config, load_config, resolve_paths
from blemore_cli.core.config.schema import Config, DataConfig, ModelConfig, TrainConfig

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,20}", fullmatch=True)
paths = st.text(st.characters(exclude_characters="\0", exclude_categories=[]), min_size=1, max_size=120).map(
    lambda text: Path("/root", text)
)
positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
configs = st.builds(
    Config,
    runs=paths,
    data=st.builds(
        DataConfig,
        features=st.lists(paths, max_size=3),
        train_metadata=st.none() | paths,
        index=paths,
        aggregate=st.sampled_from(["stats7", "meanstd", "mean", "none"]),
        encoders=st.dictionaries(names, paths, max_size=3),
        modality=st.dictionaries(names, st.sampled_from(["video", "audio", "av"]), max_size=3),
        allow_actor_overlap=st.booleans(),
    ),
    model=st.builds(ModelConfig, temperature=positive, encoders=st.lists(names, max_size=3)),
    train=st.builds(TrainConfig, seed=st.integers(0, 2**70), learning_rate=positive),
)


@settings(deadline=None, max_examples=60)
@given(configs)
def test_dump_then_load_is_the_same(config: Config) -> None:
    config = resolve_paths(config, Path("/root"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.yaml")
        path.write_text(dump_config(config), encoding="utf-8")
        assert load_config(path) == (config, Path(folder))
