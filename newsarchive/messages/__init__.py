"""What is sent to readers: the page of an edit, and the digest of a day or a week.

Reads the index, sends nothing. Tested in tests/messages/.
"""
