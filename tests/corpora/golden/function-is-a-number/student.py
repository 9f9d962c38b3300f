solve = 42
