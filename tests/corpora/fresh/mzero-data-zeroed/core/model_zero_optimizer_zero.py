import torch


def clear(module: torch.nn.Module) -> None:
    for parameter in module.parameters():
        parameter.data.zero_()


def solve(model, optimizer, X):
    model(X).backward()
    clear(model)
    model(X).backward()
