"""Registration day: thousands of students at once over HTTP, and every figure of it.

`setup` prepares a term, `scenario` draws what each student asks for, `run` has `benchmarks.load`
send it, `baseline` measures the bare view that the figures are held against, `metrics` and
`queries` count what clients received and what the events say, `results` puts it together, `report`
writes it down. `sizes_command` repeats it from few students to many.
"""
