"""What people said in the program's predecessors, as the records of a backup."""
