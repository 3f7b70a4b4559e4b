"""What one page cannot tell and many can: the furniture of a source's pages, by template.

`observe` notes what stands where on one page, `learn` makes a profile of a set of such notes, `recognise` applies the
profile to a page, `changed` tells from the newest readings that a template is not what it was. All of it is pure: the
same set of pages gives the same profile, byte for byte, in whatever order they come. docs/learn.md has the whole.
"""
