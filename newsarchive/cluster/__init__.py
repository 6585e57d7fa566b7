"""A fleet: many archives (shards) on one machine or many, worked on by an engine that exists.

Each shard is an ordinary archive, the whole of some outlets. An engine only decides which process runs which unit of
work on which shard; nothing inside of a shard changes. Tested in tests/cluster/.
"""
