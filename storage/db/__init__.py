"""The database itself: opening, transactions, dialects, encryption. Nothing here knows what is kept."""
