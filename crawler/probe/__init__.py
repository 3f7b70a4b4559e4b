"""An unknown site → a source's file: what `jianbao source add` does."""
