"""What is decided: scenarios, problem, formulation, decomposition and solution."""
