"""What Amends refuses to do, and why. The command line prints the message and exits with code 1.

Refusal
├── UnsafeSettings      settings that would let strangers in
├── BadSettings         settings that cannot be read
├── BadPlaybook         a playbook that fails its check
├── BadKey              a secret key that the database was not written with
├── NotUpToDate         a schema older or newer than this program
├── InUse               an embedded database that another process serves
└── NotReachable        a database that does not answer
"""

from __future__ import annotations


class Refusal(Exception):
    """Something an operator must do first; the message says what."""


class UnsafeSettings(Refusal):
    """Settings that would let strangers in."""


class BadSettings(Refusal):
    """Settings that cannot be read."""


class BadPlaybook(Refusal):
    """A playbook that fails its check."""


class BadKey(Refusal):
    """A secret key that the database was not written with."""


class NotUpToDate(Refusal):
    """A schema older or newer than this program."""


class InUse(Refusal):
    """An embedded database that another process serves."""


class NotReachable(Refusal):
    """A database that does not answer."""
