"""How each site prints its pages: plain functions from a story to HTML, one file per template."""
