import torch


def solve(w, optimizer, targets):
	n = len(targets)
	for epoch in range(2):
		optimizer.zero_grad()
		for t in targets:
			loss = ((w - t) ** 2) / n
			loss.backward()
		optimizer.step()
		torch.nn.utils.clip_grad_norm_([w], max_norm=2.0)
