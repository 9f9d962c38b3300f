"""The worker process, which runs students' code: the only room that imports torch. No other room imports this one.

`zygote` is a fresh interpreter that loads torch once and forks; `child` is the fork (or a `spawned` interpreter) that
reads jobs from its pipe, runs them and sends what it sees; `limits` and `sandbox` restrict it. `student` and `reference`
are the two kinds of job; `tracer` watches a student's function. `isolation` and `process_state` find out whether an exercise
could have changed the child for the next one.
"""
