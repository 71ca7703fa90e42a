"""Registration day in a bottle: thousands of students at once, over real HTTP, and its figures.

`plan` draws what each student asks for, `load` is the crowd (processes of its own), `baseline` is
the bare view the figures are held against, `measuring` watches the machine, `counting` counts what
clients received and what the event log says, `report` writes it down.
"""
