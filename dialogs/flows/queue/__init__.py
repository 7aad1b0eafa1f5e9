"""The queue of chats that wait for a person: how one gets into it, and who is rung the longer it waits."""
