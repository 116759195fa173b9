"""Isolation: what cannot be trusted is read in child processes that can do nothing else."""
