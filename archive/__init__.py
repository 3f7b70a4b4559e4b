"""From a clean article to a lasting record. Knows nothing of `crawler`."""
