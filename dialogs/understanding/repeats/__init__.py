"""Whether what a customer says is about the same matter as what they said before.

features   what of two texts is looked at
scorer     how likely it is, from a small file that comes along
complaints vectors of complaints, which tell what all of them have in common
learning   the scorer's weights, from pairs of texts
"""
