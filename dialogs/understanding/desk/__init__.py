"""Learning from what colleagues set right, beside the examples that come along, and only where it proves better.

examples   what was set right, as examples of the heads and of the tagger
dangers    the head of dangers with and without it, measured on what neither has seen
facts      the tagger likewise
verdict    whether a candidate may take over
"""
