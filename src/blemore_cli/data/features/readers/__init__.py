"""Feature readers: one file for each layout and file format, and the registry of all of them."""

from typing import Final

from blemore_cli.data.features.readers.arff_table import ArffTable
from blemore_cli.data.features.readers.array_archive import (
    Hdf5Archive,
    NpzArchive,
    SafetensorsArchive,
    TorchArchive,
)
from blemore_cli.data.features.readers.array_file import Hdf5File, NpzFile, PtFile, SafetensorsClip
from blemore_cli.data.features.readers.arrow_table import FeatherTable, FrameFeather, FrameParquet, ParquetTable
from blemore_cli.data.features.readers.base import (
    ClipFileReader,
    FeatureReader,
    SourceReader,
    register_reader,
)
from blemore_cli.data.features.readers.clip_folder import ClipFolder
from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.features.readers.frame_csv import FrameCsv
from blemore_cli.data.features.readers.index_file import IndexFile
from blemore_cli.data.features.readers.jsonl_table import JsonLinesTable
from blemore_cli.data.features.readers.layer_folders import LayerFolders
from blemore_cli.data.features.readers.npy import NpyFile
from blemore_cli.data.features.readers.table_reader import TableReader
from blemore_cli.data.features.records import ClipFeatures, SourceFeatures

__all__ = [
    "BUILT_IN",
    "ClipFeatures",
    "ClipFileReader",
    "SourceFeatures",
    "SourceReader",
    "TableReader",
    "register_reader",
]

BUILT_IN: Final[tuple[type[FeatureReader], ...]] = (
    *(NpzArchive, TorchArchive, SafetensorsArchive, Hdf5Archive),
    *(CsvTable, ArffTable, ParquetTable, FeatherTable, JsonLinesTable),
    *(NpyFile, FrameParquet, FrameFeather, PtFile, NpzFile, SafetensorsClip, Hdf5File, FrameCsv),
    *(ClipFolder, LayerFolders),
    IndexFile,
)

for _reader in BUILT_IN:
    register_reader(_reader)
