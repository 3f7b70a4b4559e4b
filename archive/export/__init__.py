"""One file per format: `write(archive, stream, source, since, until)` hands back how many articles it wrote."""
