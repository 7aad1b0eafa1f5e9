"""A language model at any OpenAI-compatible address: how it is asked, and what happens when it does not answer."""
