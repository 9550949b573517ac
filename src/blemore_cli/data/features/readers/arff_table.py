"""ARFF tables with one row of features a clip, as SMILExtract writes them."""

from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.features.tables.compression import text_suffixes


class ArffTable(CsvTable):
    """An ARFF table with an attribute that names the clip; nominal attributes, as the class, are left out."""

    name = "arff_table"
    suffixes = text_suffixes(".arff")
    requirement = "an ARFF table with a row for each clip"
    fix = "Write a string attribute with the clip's name, as SMILExtract does with -instname, and numeric ones."
