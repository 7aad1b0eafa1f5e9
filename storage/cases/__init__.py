"""Cases, their references, promises and surveys, and the playbook versions they ran under."""
