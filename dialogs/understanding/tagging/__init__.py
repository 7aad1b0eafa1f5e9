"""The facts that customers tell in their own words, found by a sequence tagger.

tokens    a text in the encoder's pieces, each with its place in the text
vectors   a piece in its context, as the encoder sees it on its way to a sentence vector
dataset   the marked examples: who wrote them, what was asked, which words are which fact
network   the tagger as it serves: numpy alone
fitting   how it learns
reading   what it adds to readings, and takes from them

text ──tokens──> pieces ──vectors──> pieces x 1280 ──network (and what was asked)──> marks ──> spans
"""
