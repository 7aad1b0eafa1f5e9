"""Conversations: state, transcript, drafts, notes, search, and the lists of chats."""
