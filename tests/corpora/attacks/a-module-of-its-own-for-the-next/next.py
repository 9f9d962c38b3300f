from helper import solve
