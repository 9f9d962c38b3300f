"""Beside the student's code, on the far side of the fence: the only room that imports torch, and nobody imports it.

`zygote` is a fresh interpreter that loads torch once and forks; `child` is the fork (or a spawned interpreter) that
reads jobs from its pipe, runs them and says what it sees; `limits` is what shuts it in. `student` and `reference` are
the two kinds of job.
"""
