"""Tensors encoded as documents, and decoded."""

import json
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.worker.encode import TooManyNumbers, decode_tensor, encode_tensor, encode_value

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.int64, torch.bool]


@given(st.lists(st.floats(width=32), min_size=1, max_size=6), st.sampled_from(DTYPES[:4]))
def test_a_tensor_is_the_same_after_encoding_and_decoding(numbers, dtype):
    tensor = torch.tensor(numbers, dtype=torch.float64).to(dtype).reshape(-1, 1)
    back = decode_tensor(json.loads(json.dumps(encode_tensor(tensor))), "cpu")
    assert (back.shape, back.dtype) == (tensor.shape, tensor.dtype)
    assert torch.allclose(back, tensor, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_encoded_by_its_name(dtype):
    document = encode_tensor(torch.ones(2, dtype=dtype))
    assert f"torch.{document['dtype']}" == str(dtype)
    assert document["data"][0] == 1


@pytest.mark.parametrize(
    ("tensor", "shape", "data"),
    [
        (torch.tensor(2.0), [], [2.0]),
        (torch.tensor([[1.0, 2.0], [3.0, 4.0]]).t(), [2, 2], [1.0, 3.0, 2.0, 4.0]),
        (torch.tensor([1.0, 2.0]).to_sparse(), [2], [1.0, 2.0]),
        (torch.tensor([1 + 2j]).conj(), [1], [1.0, -2.0]),
        (torch.zeros(0, 3), [0, 3], []),
        (torch.ones(2, requires_grad=True) * 2, [2], [2.0, 2.0]),
    ],
)
def test_the_numbers_are_row_by_row_in_every_layout(tensor, shape, data):
    document = encode_tensor(tensor)
    assert (document["shape"], document["data"]) == (shape, data)


def test_a_complex_document_becomes_a_complex_tensor():
    tensor = torch.tensor([[1 + 2j], [3 - 1j]])
    assert torch.equal(decode_tensor(encode_tensor(tensor), "cpu"), tensor)


def test_a_tensor_that_is_too_large_is_refused():
    with pytest.raises(TooManyNumbers, match="a tensor of 100001 numbers is too large: the grader reads at most 100000"):
        encode_tensor(torch.zeros(100_001))


def test_encoding_a_list_that_contains_itself_ends():
    endless = []
    endless.append(endless)
    assert json.dumps(encode_value(endless)).count("[") == 20


def test_infinities_are_kept():
    assert encode_value([math.inf, -math.inf]) == [math.inf, -math.inf]


def test_a_tensor_of_too_many_empty_rows_is_refused():
    with pytest.raises(
        TooManyNumbers, match=r"a tensor of shape \[0, 1099511627776\] is too large: the grader reads at most 100000"
    ):
        encode_tensor(torch.empty(0, 2**40))
    assert encode_value([torch.empty(2**40, 0), torch.empty(3, 0)]) == [{"type": "Tensor"}, encode_tensor(torch.empty(3, 0))]
