"""What `modules` changes: seats by the line, the catalogue by its editors."""
