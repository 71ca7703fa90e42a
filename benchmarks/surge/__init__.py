"""Registration day: thousands of students at once over HTTP, with all figures.

`setup` prepares a term, `scenario` draws what each student requests, `benchmarks.load`, started by
`run`, sends it, `baseline` measures the bare view as a reference, `metrics` and `queries` count
what clients received and what the event log contains, `results` combines them, `report` writes
them. `sizes_command` repeats it from few students to many.
"""
