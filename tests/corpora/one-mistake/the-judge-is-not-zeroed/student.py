def solve(g, d, forger, judge):
	fake = g * 2
	((d * fake.detach()) ** 2).backward()
	judge.step()
	((d * fake - 1) ** 2).backward()
	forger.step()
