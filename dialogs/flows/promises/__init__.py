"""Promised times: kept, or the customer hears before they are broken."""
