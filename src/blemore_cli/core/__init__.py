"""Labels, typed records, config, errors and random streams: what every other floor stands on."""
