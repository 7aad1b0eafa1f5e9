"""Customers and colleagues in the same chats while servers are killed and streams are cut."""
