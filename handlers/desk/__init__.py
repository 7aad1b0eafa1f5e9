"""The web desk: pages for the staff, below `/desk`. How to add one stands in docs/desk.md.

permission  what a page or an act asks of whoever wants it; pure
visits      what an endpoint gets: who visits, in which language, with which form
guarding    cookies, the token of forms, where a request came from
routing     pages with their permission beside them; signed out, forbidden and broken answers
screens     templates, words and times, as this visitor reads them
live        event streams that end with the session

Nothing outside imports this package unless the desk is on.
"""
