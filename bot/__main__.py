"""`python -m bot` is the console script `amends`."""

from bot.cli import main

main()
