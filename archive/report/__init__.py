"""What an archive holds, in numbers and pictures. Pure: facts go in, numbers, SVG and HTML come out.

numbers.Numbers   facts of articles, one after another → figures, in memory that does not grow with them
plots             figures → SVG
page              figures → one HTML page that needs nothing else
"""
