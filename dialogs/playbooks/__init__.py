"""Playbooks: the process as data. Each folder here is one; the modules beside them read and check it."""
