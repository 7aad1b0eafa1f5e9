"""`python -m bot` is the console script `amends`."""

from bot.cli.main import main

main()
