"""The conversation: what was understood, what is said next, and the playbooks that decide both."""
