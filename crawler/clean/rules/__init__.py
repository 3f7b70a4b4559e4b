"""One kind of boilerplate a file: its docstring (where seen, what is spared) and its function."""
