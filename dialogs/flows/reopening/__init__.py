"""A resolution did not hold: the same case goes on, as long as the playbook allows."""
