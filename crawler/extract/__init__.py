"""From a page's markup to a draft of its article: what is the text, and what is printed about it."""
