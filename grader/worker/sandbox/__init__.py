"""Restricts a child for good: what its process may not do from then on, whatever code runs in it.

It reads no files but those of the interpreter and torch, and writes none. It starts no process and no thread, uses no
network and reaches no other process. `layers` has everything in the order in which a child enters it; each layer closes
what another one leaves open. `probe` tries what each layer has to refuse before the grader trusts any of them.
"""
