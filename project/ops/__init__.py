"""Running the project: environment, logging, checks, Redis, fault points, ids."""
