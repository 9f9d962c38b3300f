def predict():
    answers = []
    for n in (1, 2):
        answers.append({"x.grad": 4.0 * n, "u.grad": 0.0})
    return answers
