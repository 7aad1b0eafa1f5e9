"""The cases of a chat: where each stands, which one is meant, more facts for one, and taking one back."""
