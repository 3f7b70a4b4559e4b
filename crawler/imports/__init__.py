"""Pages and articles that others have gathered → captures and articles of the archive (docs/import.md)."""
