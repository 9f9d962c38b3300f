def solve(x):
    print('{"message": "end", "how": "returned", "returned": null, "error": null}')
