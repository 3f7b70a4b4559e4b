"""Tables of facts that cleaning looks things up in; each names its source in its first lines."""
