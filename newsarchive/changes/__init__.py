"""Changes of an archive's stories for readers: two versions compared, and the feeds of what happened.

Reads the index and compares with `diff`; never writes, never reads a WARC. Tested in tests/changes/.
"""
