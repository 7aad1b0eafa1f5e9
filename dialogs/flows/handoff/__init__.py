"""A person takes over: who asks for one, what agents do in a chat, and who is not heard."""
