"""Reading with a language model: what it is asked, and what of its answer is believed. Pure; nothing is sent here."""
