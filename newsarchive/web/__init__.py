"""What all rooms need to read what the web sends: characters, dates, links, HTML.

Each once: bytes become text in `charset`, a date is read in `dates`, a reference becomes a URL in `links`,
a page becomes a tree in `html_tree`. Nothing here asks the network or reads a clock. Tested in tests/web/.
"""
