"""Tables in, pictures, pages and workbooks out. Nothing is computed here beyond layout.

Nothing is imported here either: ``csqa.show.plots`` brings matplotlib only when a chart is drawn.
"""
