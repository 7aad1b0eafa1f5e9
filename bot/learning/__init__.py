"""What was learned from examples: made before the first message is taken, kept, and shared by all who read.

first_start  what a server, a demonstration and a chat wait for before they begin
training     the training itself, in two processes; one training at a time in a data folder
parts        what is trained: heads, tagger, the playbook's model
progress     how far it is, on a terminal and in a log
from_desk    what was set right at the desk, learned from where it proves better
in_use       which heads and tagger are in use in the place of those that come along
stamp        whether what is on file was learned from these very examples, found out in a moment
"""
