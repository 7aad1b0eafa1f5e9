"""How much may be kept: quotas, a reserve of free space, and what nobody needs any more."""
