def reset(tensor):
    tensor.grad.zero_()
