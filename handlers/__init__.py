"""The edges: the turn that everything passes through, the channels, the web pages, the API."""
