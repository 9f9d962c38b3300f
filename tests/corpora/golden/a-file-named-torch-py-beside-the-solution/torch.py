raise RuntimeError("this is not PyTorch")
