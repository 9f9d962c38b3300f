"""The language of losses and constructors: a small part of Python, which is parsed once into a tree of nodes.

Expressions are never evaluated as Python source. The caller checks which names exist.
"""
