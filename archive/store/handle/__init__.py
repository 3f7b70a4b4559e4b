"""What an open archive can do, by whom it serves. A new ability is a class of its own here and a base of `Archive`."""
