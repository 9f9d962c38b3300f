import warnings

import torch


def predict():
    warnings.simplefilter("ignore")
    x = torch.tensor([2.0], requires_grad=True)
    h = 3 * x
    answers = [{"x.grad": x.grad, "h.grad": h.grad}]
    for _ in range(2):
        (h**2).backward(retain_graph=True)
        answers.append({"x.grad": x.grad.clone(), "h.grad": h.grad})
    return answers
