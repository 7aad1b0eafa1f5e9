"""The web desk: pages for the staff, below `/desk`. How to add one stands in docs/desk.md.

request_context  what an endpoint gets: who visits, in which language, with which form
csrf             cookies, the token of forms, where a request came from
routing          pages with their permission beside them; signed out, forbidden and broken answers
pages            templates, words and times, as this visitor reads them
event_streams    streams that end with the session

Nothing outside imports this package unless the desk is on.
"""
