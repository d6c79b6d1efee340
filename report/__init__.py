"""What is shown: indicators, tables, maps, charts and the files of a run."""
