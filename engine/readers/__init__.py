"""Texts are read in processes of their own, with a deadline: no text can stop the server.

    server ---a socket each---> readers    at work, and one spare
       +-------control--------> template   has the model loaded, and forks readers

`frames` is what they say to each other, by a `connection`; `template` is their side of it, `template_client` and
`reader` ours. The `crew` are the readers there are, and the `pool` gives them what waits.
"""
