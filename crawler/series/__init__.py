"""An article on several pages: which pages it has, when it is complete, and one article out of all of them.

`join` puts pages together and is pure; `parts` knows them in the archive; `gather` asks for them within a crawl, and
`whole` for one article that is read and stored nowhere. How a page tells of its series: `crawler.extract.further`.
"""
