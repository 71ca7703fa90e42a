"""What students see: pages of the catalogue, the plan, and their registrations."""
