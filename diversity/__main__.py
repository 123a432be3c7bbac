"""The command `diversity`, also as ``python -m diversity``."""

from diversity.cli import main

if __name__ == "__main__":
    main()
