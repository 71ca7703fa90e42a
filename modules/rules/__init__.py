"""The pure rules of `modules`: seats, requirements, meetings, catalogues."""
