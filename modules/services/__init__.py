"""What `modules` changes: seats in position order, the catalogue by its editors."""
