"""What `modules` decides without touching anything: seats, requirements, meetings, catalogues."""
