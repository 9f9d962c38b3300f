def predict():
    w, velocity, answers = 1.0, 0.0, []
    for kind, grad in [("look", 2.0), ("step", 2.0), ("look", 0.0), ("step", 0.0), ("look", None), ("step", None)]:
        if kind == "step":
            velocity = 0.9 * velocity + (grad or 0.0)
            w -= 0.1 * velocity
        answers.append({"w.grad": grad, "w": w})
    return answers
