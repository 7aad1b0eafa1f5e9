"""Parts of the schema of a playbook, by subject: times and holidays, the follow-up, slots of its own, putting right."""
