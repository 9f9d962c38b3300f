def loss_to(w, target):
	return (w - target) ** 2


def solve(w):
	loss_to(w, 3).backward()
	loss_to(w, -1).backward()
	total = loss_to(w, 3) + loss_to(w, -1)
	total.backward()
