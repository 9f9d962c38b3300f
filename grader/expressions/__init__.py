"""The language of losses and constructors: a small part of Python, parsed once into a tree of nodes.

Nothing is ever evaluated as Python source. Which names exist is for the caller to say.
"""
